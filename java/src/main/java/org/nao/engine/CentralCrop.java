package org.nao.engine;

import org.nao.binding.global.Nao;

/** Squares of the middles of images, as evaluations take them. */
public final class CentralCrop {
  private CentralCrop() {}

  /**
   * Takes of each image the square in the middle whose side is 7/8 of the shorter side, and resizes
   * it.
   *
   * @param images count x channels x height x width pixels
   * @param size side of the result
   * @return count x channels x size x size pixels
   */
  public static byte[] of(byte[] images, int count, int channels, int height, int width, int size) {
    Lengths.require("images", images.length, (long) count * channels * height * width);
    NativeLibrary.load();
    final byte[] cropped =
        new byte[Math.toIntExact(Math.multiplyExact((long) count * channels, (long) size * size))];
    NativeLibrary.check(Nao.nao_crop_images(images, count, channels, height, width, size, cropped));
    return cropped;
  }
}
