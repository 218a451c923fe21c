package org.nao.data;

/** The pixels of images of one size, N,C,H,W unsigned bytes, wherever they are. */
public sealed interface ImagePixels permits ArrayPixels, FilePixels {

  /**
   * Pixels in memory. The array is shared, not copied.
   *
   * @param all N,C,H,W
   * @param imageBytes C x H x W
   */
  static ImagePixels of(byte[] all, int imageBytes) {
    return new ArrayPixels(all, imageBytes);
  }

  /** Of all images. */
  long bytes();

  /** Of one image: C x H x W. */
  int imageBytes();

  /**
   * Copies an image, C,H,W.
   *
   * @param target takes it from {@code at} on
   */
  void read(int image, byte[] target, int at);

  /** Some of the images, in this order. */
  ImagePixels some(int[] images);

  /**
   * All images one after another, in an array that may be shared.
   *
   * @throws DataException if they are more than an array holds, 2 GiB
   */
  default byte[] all() {
    if (bytes() > Integer.MAX_VALUE - Long.BYTES) {
      throw new DataException(
          "%,d bytes of pixels are more than memory can hold at once; give a smaller --image-size."
              .formatted(bytes()));
    }
    final byte[] all = new byte[(int) bytes()];
    for (int image = 0, at = 0; at < all.length; image++, at += imageBytes()) {
      read(image, all, at);
    }
    return all;
  }
}
