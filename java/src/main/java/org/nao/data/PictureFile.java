package org.nao.data;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.nao.error.UserException;
import org.nao.run.ConfigFiles;
import org.nao.run.Json;
import org.nao.run.RunException;
import org.nao.run.Sha256;

/**
 * The format of a file of decoded pictures. The file: {@link #BEGIN}, the images C,H,W one after
 * another in slots of one size, the index, the place of the index (int64, big-endian), SHA-256 of
 * the beginning, the index and its place. The index: the length of a header (int32), the header
 * (JSON, {@link Header}), means and deviations (float32 for each channel); of the training and then
 * of the test images their labels, slots and checksums (CRC-32C), int32 each. A slot that no image
 * names may hold anything.
 */
final class PictureFile {
  static final byte[] BEGIN = "nao pictures 2\n".getBytes(StandardCharsets.US_ASCII);
  private static final int DIGEST_BYTES = 32;
  private static final int END_BYTES = Long.BYTES + DIGEST_BYTES;
  private static final int NUMBERS_EACH = 3;

  private PictureFile() {}

  /**
   * What the file holds.
   *
   * @param manifest of the pictures
   * @param slots for images
   * @param training images
   * @param test images
   * @param sha256 of the pictures' files
   */
  record Header(
      String manifest,
      int channels,
      int height,
      int width,
      List<String> classNames,
      int slots,
      int training,
      int test,
      String sha256,
      List<String> notices) {
    private long imageBytes() {
      return (long) channels * height * width;
    }

    /** Where the images end. */
    private long end() {
      return place(slots, imageBytes());
    }
  }

  /** Of the images of the training or of the test set: labels, slots and checksums. */
  record Part(int[] labels, int[] slots, int[] checksums) {
    private void writeTo(DataOutputStream stream) throws IOException {
      for (final int[] numbers : List.of(labels, slots, checksums)) {
        final ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES * numbers.length);
        bytes.asIntBuffer().put(numbers);
        stream.write(bytes.array());
      }
    }

    private static Part read(ByteBuffer index, int count) {
      return new Part(numbers(index, count), numbers(index, count), numbers(index, count));
    }

    private static int[] numbers(ByteBuffer index, int count) {
      final int[] numbers = new int[count];
      index.asIntBuffer().get(numbers);
      index.position(index.position() + Integer.BYTES * count);
      return numbers;
    }

    private boolean isWithin(int slotCount) {
      return Arrays.stream(slots).allMatch(slot -> slot >= 0 && slot < slotCount);
    }

    /** The images that this describes. */
    private FilePixels pixels(Path file, Header header) {
      return new FilePixels(
          file,
          header.channels,
          header.height,
          header.width,
          Arrays.stream(slots).mapToLong(slot -> place(slot, header.imageBytes())).toArray(),
          checksums);
    }
  }

  /** The index of a file. */
  record Index(Header header, ChannelStatistics statistics, Part training, Part test) {
    /** The data set, its pixels in the file. */
    ImageData data(Path file, String name) {
      return new ImageData(
          name,
          set(file, name + " training", training),
          set(file, name + " test", test),
          Optional.of(header.sha256),
          header.notices);
    }

    private ImageSet set(Path file, String name, Part part) {
      return new ImageSet(
          name,
          header.channels,
          header.height,
          header.width,
          header.classNames,
          part.pixels(file, header),
          part.labels,
          statistics);
    }

    private byte[] bytes() throws IOException {
      final byte[] text = Json.line(header).getBytes(StandardCharsets.UTF_8);
      final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      final DataOutputStream stream = new DataOutputStream(bytes);
      stream.writeInt(text.length);
      stream.write(text);
      for (final float[] values : List.of(statistics.mean(), statistics.deviation())) {
        for (final float value : values) {
          stream.writeFloat(value);
        }
      }
      training.writeTo(stream);
      test.writeTo(stream);
      return bytes.toByteArray();
    }
  }

  /** Where the image in a slot begins. */
  static long place(int slot, long imageBytes) {
    return BEGIN.length + slot * imageBytes;
  }

  /** Writes all but the images. */
  static void finish(FileChannel channel, Index index) throws IOException {
    final byte[] bytes = index.bytes();
    final long place = index.header.end();
    final byte[] at = ByteBuffer.allocate(Long.BYTES).putLong(place).array();
    writeFully(channel, BEGIN, 0);
    writeFully(channel, bytes, place);
    writeFully(channel, at, place + bytes.length);
    writeFully(channel, sum(bytes, at), place + bytes.length + at.length);
    channel.truncate(place + bytes.length + END_BYTES);
  }

  /**
   * The index of a file; empty if it is none, was cut short, or its index is damaged. The images
   * are not read.
   */
  static Optional<Index> read(FileChannel channel) throws IOException {
    final long end = channel.size() - END_BYTES;
    if (end < BEGIN.length) {
      return Optional.empty();
    }
    final ByteBuffer ending = ByteBuffer.wrap(bytes(channel, end, END_BYTES));
    final long place = ending.getLong();
    if (place < BEGIN.length
        || place > end - Integer.BYTES
        || end - place > Integer.MAX_VALUE / 2) {
      return Optional.empty();
    }
    final byte[] index = bytes(channel, place, (int) (end - place));
    final byte[] at = Arrays.copyOf(ending.array(), Long.BYTES);
    final byte[] sum = Arrays.copyOfRange(ending.array(), Long.BYTES, END_BYTES);
    if (!Arrays.equals(bytes(channel, 0, BEGIN.length), BEGIN)
        || !Arrays.equals(sum(index, at), sum)) {
      return Optional.empty();
    }
    try {
      return parsed(ByteBuffer.wrap(index)).filter(each -> each.header.end() == place);
    } catch (RunException | DataException | UserException e) {
      return Optional.empty();
    }
  }

  private static Optional<Index> parsed(ByteBuffer index) {
    final int length = index.getInt();
    if (length < 0 || length > index.remaining()) {
      return Optional.empty();
    }
    final byte[] text = new byte[length];
    index.get(text);
    final Header header =
        ConfigFiles.of(Json.parseObject(new String(text, StandardCharsets.UTF_8)), Header.class);
    final long images = (long) header.training + header.test;
    if (header.training < 1
        || header.test < 1
        || header.channels < 1
        || header.height < 1
        || header.width < 1
        || index.remaining()
            != Float.BYTES * 2L * header.channels + Integer.BYTES * NUMBERS_EACH * images) {
      return Optional.empty();
    }
    final ChannelStatistics statistics =
        new ChannelStatistics(floats(index, header.channels), floats(index, header.channels));
    final Part training = Part.read(index, header.training);
    final Part test = Part.read(index, header.test);
    return training.isWithin(header.slots) && test.isWithin(header.slots)
        ? Optional.of(new Index(header, statistics, training, test))
        : Optional.empty();
  }

  private static float[] floats(ByteBuffer index, int count) {
    final float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = index.getFloat();
    }
    return values;
  }

  private static byte[] sum(byte[] index, byte[] place) {
    final MessageDigest digest = Sha256.digest();
    digest.update(BEGIN);
    digest.update(index);
    return digest.digest(place);
  }

  private static byte[] bytes(FileChannel channel, long place, int count) throws IOException {
    final byte[] bytes = new byte[count];
    FilePixels.readFully(channel, bytes, place);
    return bytes;
  }

  /** Writes bytes at a place of a file; for several threads. */
  static void writeFully(FileChannel channel, byte[] bytes, long place) throws IOException {
    final ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      channel.write(buffer, place + buffer.position());
    }
  }
}
