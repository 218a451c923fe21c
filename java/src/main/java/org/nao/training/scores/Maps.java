package org.nao.training.scores;

import java.util.Arrays;
import java.util.function.IntConsumer;
import java.util.function.IntToDoubleFunction;

/**
 * Feature maps of some images in double precision, [images][channels][height][width].
 *
 * @param values one map after another
 */
record Maps(int images, int channels, int height, int width, double[] values) {

  /** Zeros. */
  static Maps of(int images, int channels, int height, int width) {
    return new Maps(
        images,
        channels,
        height,
        width,
        new double[Math.multiplyExact(images * channels, height * width)]);
  }

  /** Zeros of the same shape. */
  Maps zeros() {
    return of(images, channels, height, width);
  }

  /** Pixels of a channel of an image. */
  int pixels() {
    return height * width;
  }

  /** Where a channel of an image begins. */
  int at(int image, int channel) {
    return (image * channels + channel) * pixels();
  }

  /** Hears where each pixel of a channel is, image after image. */
  void forEach(int channel, IntConsumer place) {
    for (int image = 0; image < images; image++) {
      final int first = at(image, channel);
      for (int i = first; i < first + pixels(); i++) {
        place.accept(i);
      }
    }
  }

  /** The mean of something over the pixels of a channel of all images. */
  double mean(int channel, IntToDoubleFunction ofPlace) {
    final double count = (double) images * pixels();
    double mean = 0;
    for (int image = 0; image < images; image++) {
      final int first = at(image, channel);
      for (int i = first; i < first + pixels(); i++) {
        mean += ofPlace.applyAsDouble(i) / count;
      }
    }
    return mean;
  }

  /** Adds other maps of the same shape. */
  void add(Maps other) {
    for (int i = 0; i < values.length; i++) {
      values[i] += other.values[i];
    }
  }

  /** The sum of products with other maps of the same shape. */
  double dot(Maps other) {
    double sum = 0;
    for (int i = 0; i < values.length; i++) {
      sum += values[i] * other.values[i];
    }
    return sum;
  }

  @Override
  public String toString() {
    return Arrays.toString(new int[] {images, channels, height, width});
  }
}
