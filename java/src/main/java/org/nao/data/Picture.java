package org.nao.data;

/**
 * A picture in colours.
 *
 * @param width in pixels
 * @param height in pixels
 * @param pixels row by row: red in the highest byte, then green and blue
 */
record Picture(int width, int height, int[] pixels) {
  static final int COLOURS = 3;

  /** The planes of red, green and blue, 3,H,W. */
  byte[] planes() {
    final byte[] planes = new byte[COLOURS * pixels.length];
    for (int i = 0; i < pixels.length; i++) {
      final int pixel = pixels[i];
      planes[i] = (byte) (pixel >>> 24);
      planes[pixels.length + i] = (byte) (pixel >>> 16);
      planes[2 * pixels.length + i] = (byte) (pixel >>> 8);
    }
    return planes;
  }
}
