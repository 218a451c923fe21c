package org.nao.data;

import java.util.List;
import org.nao.text.Counted;

/**
 * Labelled images of one size, in memory or in a file. Arrays are shared, not copied: whoever reads
 * them leaves them as they are.
 *
 * @param name what messages call the set, for example {@code cifar10 training}
 * @param channels C
 * @param height H, pixels
 * @param width W, pixels
 * @param classNames one name per class
 * @param pixels of N images
 * @param labels N values of 0..classes-1
 * @param statistics by which the images are to be normalised; a test set has those of its training
 *     set
 */
public record ImageSet(
    String name,
    int channels,
    int height,
    int width,
    List<String> classNames,
    ImagePixels pixels,
    int[] labels,
    ChannelStatistics statistics) {

  public ImageSet {
    classNames = List.copyOf(classNames);
    if (labels.length == 0) {
      throw new DataException(name + ": holds no image.");
    }
    final long expected = (long) labels.length * channels * height * width;
    if (channels < 1 || height < 1 || width < 1 || pixels.bytes() != expected) {
      throw new DataException(
          ("%s: expected %s of %d x %d x %d (channels, height, width)," + " found %s of pixels.")
              .formatted(
                  name,
                  Counted.of(labels.length, "image"),
                  channels,
                  height,
                  width,
                  Counted.of(pixels.bytes(), "byte")));
    }
    if (statistics.mean().length != channels) {
      throw new DataException(
          "%s: expected statistics of %s, found %d."
              .formatted(name, Counted.of(channels, "channel"), statistics.mean().length));
    }
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0 || labels[i] >= classNames.size()) {
        throw new DataException(
            "%s: image %d has label %d, expected 0 to %d."
                .formatted(name, i, labels[i], classNames.size() - 1));
      }
    }
  }

  /**
   * Images in memory.
   *
   * @param pixels N,C,H,W, unsigned bytes
   */
  public ImageSet(
      String name,
      int channels,
      int height,
      int width,
      List<String> classNames,
      byte[] pixels,
      int[] labels,
      ChannelStatistics statistics) {
    this(
        name,
        channels,
        height,
        width,
        classNames,
        new ArrayPixels(pixels, channels * height * width),
        labels,
        statistics);
  }

  /** A set normalised by its own statistics. */
  static ImageSet training(
      String name,
      int channels,
      int height,
      int width,
      List<String> classNames,
      byte[] pixels,
      int[] labels) {
    if (labels.length == 0) {
      throw new DataException(name + ": holds no image.");
    }
    return new ImageSet(
        name,
        channels,
        height,
        width,
        classNames,
        pixels,
        labels,
        ChannelStatistics.of(pixels, channels, height * width));
  }

  /** The number of images. */
  public int count() {
    return labels.length;
  }

  public int classes() {
    return classNames.size();
  }

  /** The number of images of each class. */
  public int[] countPerClass() {
    final int[] counts = new int[classes()];
    for (final int label : labels) {
      counts[label]++;
    }
    return counts;
  }

  /**
   * Some of the images.
   *
   * @param indices of the images, which are those of the result in this order
   * @throws ArithmeticException if they are in memory and more than an array holds
   */
  public ImageSet some(int[] indices) {
    final int[] chosen = new int[indices.length];
    for (int i = 0; i < indices.length; i++) {
      chosen[i] = labels[indices[i]];
    }
    return new ImageSet(
        name, channels, height, width, classNames, pixels.some(indices), chosen, statistics);
  }

  /** The same images, read into memory. */
  ImageSet inMemory() {
    return new ImageSet(
        name, channels, height, width, classNames, pixels.all(), labels, statistics);
  }

  /** The same images, to be normalised by the statistics {@code given}. */
  public ImageSet withStatistics(ChannelStatistics given) {
    return new ImageSet(name, channels, height, width, classNames, pixels, labels, given);
  }

  /**
   * The images as squares. Where they fit, they are in the middle of zeros (an odd pixel more goes
   * right and below), else their middles are resized.
   */
  ImageSet sized(int size) {
    if (size == height && size == width) {
      return this;
    }
    final long bytes = (long) count() * channels * size * size;
    if (bytes > Integer.MAX_VALUE) {
      throw new DataException(
          "%s: an image size of %d would need %d bytes of pixels, at most %d are possible."
              .formatted(name, size, bytes, Integer.MAX_VALUE));
    }
    final byte[] images = pixels.all();
    final byte[] squares = new byte[(int) bytes];
    if (size < height || size < width) {
      new Resizing(height, width, size).apply(images, 0, count() * channels, squares, 0);
    } else {
      pad(images, squares, size);
    }
    return new ImageSet(name, channels, size, size, classNames, squares, labels, statistics);
  }

  private void pad(byte[] images, byte[] squares, int size) {
    final int top = (size - height) / 2;
    final int left = (size - width) / 2;
    for (int plane = 0; plane < count() * channels; plane++) {
      for (int y = 0; y < height; y++) {
        System.arraycopy(
            images,
            (plane * height + y) * width,
            squares,
            (plane * size + top + y) * size + left,
            width);
      }
    }
  }
}
