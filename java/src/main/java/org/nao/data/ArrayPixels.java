package org.nao.data;

/**
 * Pixels in memory. The array is shared, not copied.
 *
 * @param all N,C,H,W
 * @param imageBytes C x H x W
 */
record ArrayPixels(byte[] all, int imageBytes) implements ImagePixels {
  @Override
  public long bytes() {
    return all.length;
  }

  @Override
  public void read(int image, byte[] target, int at) {
    System.arraycopy(all, image * imageBytes, target, at, imageBytes);
  }

  @Override
  public ImagePixels some(int[] images) {
    final byte[] some = new byte[Math.multiplyExact(images.length, imageBytes)];
    for (int i = 0; i < images.length; i++) {
      read(images[i], some, i * imageBytes);
    }
    return new ArrayPixels(some, imageBytes);
  }
}
