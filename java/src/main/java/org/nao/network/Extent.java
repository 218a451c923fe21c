package org.nao.network;

/**
 * Two lengths in pixels: of a window, of its steps or of the padding around a map.
 *
 * @param y down the map
 * @param x along its rows
 */
public record Extent(int y, int x) {

  /** The same length both ways. */
  public static Extent square(int side) {
    return new Extent(side, side);
  }

  boolean isSquare() {
    return y == x;
  }

  /** The padding with which a window of this odd extent keeps the size of a map. */
  Extent half() {
    return new Extent(y / 2, x / 2);
  }
}
