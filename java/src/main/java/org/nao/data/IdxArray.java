package org.nao.data;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.ZipException;
import org.nao.run.IoFailure;
import org.nao.text.Counted;

/**
 * One array of unsigned bytes in IDX form: big-endian magic {@code 0x08dd} (type and number of
 * dimensions), the sizes, the data.
 *
 * @param shape size of each dimension
 * @param data row-major
 */
record IdxArray(int[] shape, byte[] data) {
  private static final int UNSIGNED_BYTE = 0x08;

  /** An array of images with the dimensions N, H, W, or four of them for colours. */
  static IdxArray readImages(InputStream stream, String source) {
    return read(stream, source, 3, 4, "images");
  }

  /** An array of N labels. */
  static IdxArray readLabels(InputStream stream, String source) {
    return read(stream, source, 1, 1, "labels");
  }

  int count() {
    return shape[0];
  }

  /** Reads one array and leaves the stream behind its last byte. */
  private static IdxArray read(
      InputStream stream, String source, int least, int most, String what) {
    try {
      final ByteBuffer first = header(stream, source, 0, 1 + least, what);
      final int magic = first.getInt();
      final int dimensions = magic & 0xff;
      if (magic >>> Byte.SIZE != UNSIGNED_BYTE || dimensions < least || dimensions > most) {
        throw new DataException(
            "%s: expected an IDX file of %s (magic 0x%08x), found magic 0x%08x."
                .formatted(source, what, UNSIGNED_BYTE << Byte.SIZE | least, magic));
      }
      final ByteBuffer more = header(stream, source, first.capacity(), dimensions - least, what);
      final int[] shape = new int[dimensions];
      long bytes = 1;
      for (int i = 0; i < dimensions; i++) {
        shape[i] = (i < least ? first : more).getInt();
        bytes = shape[i] < 1 || bytes < 1 || bytes > Integer.MAX_VALUE ? -1 : bytes * shape[i];
      }
      if (bytes < 1 || bytes > Integer.MAX_VALUE) {
        throw new DataException(
            "%s: expected sizes of at least 1 and at most %d bytes together, found sizes %s."
                .formatted(source, Integer.MAX_VALUE, Arrays.toString(shape)));
      }
      final byte[] data = stream.readNBytes((int) bytes);
      if (data.length < bytes) {
        throw cutShort(source, what, bytes, data.length);
      }
      return new IdxArray(shape, data);
    } catch (EOFException | ZipException e) {
      throw new DataException(source + ": the compressed file is cut short or damaged.", e);
    } catch (IOException e) {
      throw new DataException(source + ": cannot be read (" + IoFailure.reason(e) + ").", e);
    }
  }

  /** The next whole numbers of a header. */
  private static ByteBuffer header(
      InputStream stream, String source, int before, int numbers, String what) throws IOException {
    final ByteBuffer header = ByteBuffer.wrap(stream.readNBytes(Integer.BYTES * numbers));
    if (header.remaining() < Integer.BYTES * numbers) {
      throw new DataException(
          "%s: expected an IDX file of %s, found only %s."
              .formatted(source, what, Counted.of(before + header.remaining(), "byte")));
    }
    return header;
  }

  private static DataException cutShort(String source, String what, long expected, int found) {
    return new DataException(
        "%s: expected %s of %s, found %,d; the file is cut short."
            .formatted(source, Counted.of(expected, "byte"), what, found));
  }
}
