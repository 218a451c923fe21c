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

  /** An array of images with the dimensions N, H, W. */
  static IdxArray readImages(InputStream stream, String source) {
    return read(stream, source, 3, "images");
  }

  /** An array of N labels. */
  static IdxArray readLabels(InputStream stream, String source) {
    return read(stream, source, 1, "labels");
  }

  int count() {
    return shape[0];
  }

  /** Reads one array and leaves the stream behind its last byte. */
  private static IdxArray read(InputStream stream, String source, int dimensions, String what) {
    try {
      final ByteBuffer header =
          ByteBuffer.wrap(stream.readNBytes(Integer.BYTES * (1 + dimensions)));
      if (header.remaining() < Integer.BYTES * (1 + dimensions)) {
        throw new DataException(
            "%s: expected an IDX file of %s, found only %s."
                .formatted(source, what, Counted.of(header.remaining(), "byte")));
      }
      final int expectedMagic = UNSIGNED_BYTE << 8 | dimensions;
      final int magic = header.getInt();
      if (magic != expectedMagic) {
        throw new DataException(
            "%s: expected an IDX file of %s (magic 0x%08x), found magic 0x%08x."
                .formatted(source, what, expectedMagic, magic));
      }
      final int[] shape = new int[dimensions];
      long bytes = 1;
      for (int i = 0; i < dimensions; i++) {
        shape[i] = header.getInt();
        bytes = shape[i] < 1 || bytes > Integer.MAX_VALUE ? -1 : bytes * shape[i];
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

  private static DataException cutShort(String source, String what, long expected, int found) {
    return new DataException(
        "%s: expected %s of %s, found %,d; the file is cut short."
            .formatted(source, Counted.of(expected, "byte"), what, found));
  }
}
