package org.nao.report;

/**
 * How a chart tells its series apart: by colour and, where there are points, by shape. The colours
 * can be told apart by people who see fewer of them, and on light and dark ground.
 */
record Look(String colour, String shape) {
  private static final String[] COLOURS = {
    "#1f77c4", "#d9600a", "#0d9b6c", "#b75fa6", "#c79308", "#46a5d8", "#8a8a8a"
  };

  /** Outlines of equal weight around the origin. */
  private static final String[] SHAPES = {
    "M-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0",
    "M-3.1-3.1h6.2v6.2h-6.2z",
    "M0-4.2L4 2.8h-8z",
    "M0-4.4L4.4 0L0 4.4L-4.4 0z",
    "M0 4.2L4-2.8h-8z"
  };

  /** The look of the series with an index from 0; colours and shapes repeat, seldom together. */
  static Look of(int series) {
    return new Look(COLOURS[series % COLOURS.length], SHAPES[shapeOf(series)]);
  }

  /** Which of the shapes the series has, from 0. */
  static int shapeOf(int series) {
    return series % SHAPES.length;
  }

  /** How many shapes there are. */
  static int shapes() {
    return SHAPES.length;
  }
}
