package org.nao.data;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32C;
import org.nao.run.IoFailure;
import org.nao.run.RunException;

/**
 * Pixels of images in a file, read when they are asked for. The file must stay as it is: every
 * image is compared with its checksum whenever it is read. Arrays are shared, not copied.
 */
public final class FilePixels implements ImagePixels {
  private final Path file;
  private final int channels;
  private final int height;
  private final int width;
  private final long[] offsets;
  private final int[] checksums;
  private final int crop;
  private final UnaryOperator<byte[]> cropping;

  /**
   * Images as they are in the file.
   *
   * @param channels C
   * @param height H, pixels
   * @param width W, pixels
   * @param offsets of the first byte of each image, C,H,W
   * @param checksums CRC-32C of each image
   */
  FilePixels(Path file, int channels, int height, int width, long[] offsets, int[] checksums) {
    this(file, channels, height, width, offsets, checksums, 0, UnaryOperator.identity());
  }

  private FilePixels(
      Path file,
      int channels,
      int height,
      int width,
      long[] offsets,
      int[] checksums,
      int crop,
      UnaryOperator<byte[]> cropping) {
    this.file = file;
    this.channels = channels;
    this.height = height;
    this.width = width;
    this.offsets = offsets;
    this.checksums = checksums;
    this.crop = crop;
    this.cropping = cropping;
  }

  /**
   * The same images as squares.
   *
   * @param size side of the squares
   * @param how makes the square of an image in the file
   */
  public FilePixels cropped(int size, UnaryOperator<byte[]> how) {
    return new FilePixels(file, channels, height, width, offsets, checksums, size, how);
  }

  /** The file. */
  public Path file() {
    return file;
  }

  /** Of each image in the file: its first byte. */
  public long[] offsets() {
    return offsets;
  }

  /** CRC-32C of each image in the file. */
  public int[] checksums() {
    return checksums;
  }

  /** Height of the images in the file, pixels. */
  public int storedHeight() {
    return height;
  }

  /** Width of the images in the file, pixels. */
  public int storedWidth() {
    return width;
  }

  /** Side of the squares that the images become; 0: they stay as they are in the file. */
  public int crop() {
    return crop;
  }

  @Override
  public int imageBytes() {
    return crop > 0 ? channels * crop * crop : storedBytes();
  }

  @Override
  public long bytes() {
    return (long) offsets.length * imageBytes();
  }

  private int storedBytes() {
    return channels * height * width;
  }

  /**
   * As {@link ImagePixels#read}.
   *
   * @throws RunException if the file cannot be read, or the image is damaged
   */
  @Override
  public void read(int image, byte[] target, int at) {
    final byte[] made = cropping.apply(stored(image));
    System.arraycopy(made, 0, target, at, made.length);
  }

  private byte[] stored(int image) {
    final byte[] bytes = new byte[storedBytes()];
    try (FileChannel channel = FileChannel.open(file)) {
      readFully(channel, bytes, offsets[image]);
    } catch (IOException e) {
      throw IoFailure.of(file, "cannot be read", e);
    }
    if (checksum(bytes) != checksums[image]) {
      throw new RunException(
          "%s: image %d is damaged, its checksum is another one; delete the file."
              .formatted(file, image));
    }
    return bytes;
  }

  @Override
  public ImagePixels some(int[] images) {
    return new FilePixels(
        file,
        channels,
        height,
        width,
        Arrays.stream(images).mapToLong(i -> offsets[i]).toArray(),
        Arrays.stream(images).map(i -> checksums[i]).toArray(),
        crop,
        cropping);
  }

  /** Fills an array with what begins at a place of a file. */
  static void readFully(FileChannel channel, byte[] bytes, long place) throws IOException {
    final ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, place + buffer.position()) < 0) {
        throw new EOFException();
      }
    }
  }

  /** CRC-32C of an image. */
  static int checksum(byte[] image) {
    final CRC32C sum = new CRC32C();
    sum.update(image);
    return (int) sum.getValue();
  }
}
