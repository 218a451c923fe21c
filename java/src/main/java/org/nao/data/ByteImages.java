package org.nao.data;

import java.util.Arrays;

/**
 * Images of one size.
 *
 * @param data N,C,H,W
 */
record ByteImages(int count, int channels, int height, int width, byte[] data) {
  private static final int MOST_CHANNELS = 4;
  private static final int COLOURED = 4;

  /** The images of an IDX array. */
  static ByteImages of(IdxArray array, Object source) {
    return of(array.shape(), array.data(), source);
  }

  /**
   * Images of an array N,H,W, or N,H,W,C or N,C,H,W with up to four channels.
   *
   * @param shape of the array
   * @param source that a message names
   */
  static ByteImages of(int[] shape, byte[] data, Object source) {
    if (shape.length < COLOURED) {
      return new ByteImages(shape[0], 1, shape[1], shape[2], data);
    }
    if (shape[3] <= MOST_CHANNELS) {
      return new ByteImages(
          shape[0], shape[3], shape[1], shape[2], planes(data, shape[1] * shape[2], shape[3]));
    }
    if (shape[1] <= MOST_CHANNELS) {
      return new ByteImages(shape[0], shape[1], shape[2], shape[3], data);
    }
    throw new DataException(
        "%s: expected images of 1 to %d channels, found an array of the sizes %s."
            .formatted(source, MOST_CHANNELS, Arrays.toString(shape)));
  }

  /** Makes N,plane,C to N,C,plane. */
  private static byte[] planes(byte[] data, int plane, int channels) {
    final byte[] planes = new byte[data.length];
    final int image = plane * channels;
    for (int start = 0; start < data.length; start += image) {
      for (int channel = 0; channel < channels; channel++) {
        for (int i = 0; i < plane; i++) {
          planes[start + channel * plane + i] = data[start + i * channels + channel];
        }
      }
    }
    return planes;
  }

  /** Some of them, in this order. */
  ByteImages some(int[] indices) {
    final int image = channels * height * width;
    final byte[] chosen = new byte[indices.length * image];
    for (int i = 0; i < indices.length; i++) {
      System.arraycopy(data, indices[i] * image, chosen, i * image, image);
    }
    return new ByteImages(indices.length, channels, height, width, chosen);
  }

  /** Height and width, for messages. */
  String sides() {
    return height + " x " + width + (channels == 1 ? "" : " x " + channels);
  }
}
