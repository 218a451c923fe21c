package org.nao.data;

/** Grey values of colours. */
final class Greys {
  /** Shares of red, green and blue in what the eye sees as brightness (ITU-R BT.601), of 65,536. */
  private static final int RED = 19595;

  private static final int GREEN = 38470;
  private static final int BLUE = 7471;
  private static final int BITS = 16;

  private Greys() {}

  /** Whether all pixels of an image of three planes are grey. */
  static boolean are(byte[] pixels, int from, int plane) {
    for (int i = from; i < from + plane; i++) {
      if (pixels[i] != pixels[i + plane] || pixels[i] != pixels[i + 2 * plane]) {
        return false;
      }
    }
    return true;
  }

  /** Images N,3,plane as N,plane. */
  static byte[] of(byte[] pixels, int plane) {
    final byte[] greys = new byte[pixels.length / Picture.COLOURS];
    for (int from = 0, to = 0; from < pixels.length; from += Picture.COLOURS * plane) {
      for (int i = from; i < from + plane; i++) {
        final int sum =
            RED * (pixels[i] & 0xff)
                + GREEN * (pixels[i + plane] & 0xff)
                + BLUE * (pixels[i + 2 * plane] & 0xff);
        greys[to++] = (byte) (sum + (1 << BITS - 1) >> BITS);
      }
    }
    return greys;
  }
}
