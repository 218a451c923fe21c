package org.nao.data;

/**
 * Resizes planes of bytes so that the shorter side becomes as long as is wanted, and takes the
 * square in the middle. A pixel is a mean of those around its place, weighted by a triangle that is
 * as wide as a pixel of the larger of both images on either side; sums are whole numbers, so that
 * every machine has the same result.
 */
final class Resizing {
  /** Weights of a pixel add up to two to this power. */
  private static final int BITS = 14;

  private static final int ONE = 1 << BITS;

  private final int height;
  private final int width;
  private final int size;
  private final Taps rows;
  private final Taps columns;

  /** Of which pixels along one side each of the result is made, and their weights. */
  private static final class Taps {
    private final int[] first;
    private final int[][] weights;

    /**
     * The taps of {@code count} pixels, the first of which is at {@code start} of all.
     *
     * @param length of the source in pixels
     * @param scale pixels of the source for one of the result
     */
    Taps(int length, double scale, double start, int count) {
      first = new int[count];
      weights = new int[count][];
      final double reach = Math.max(1, scale);
      for (int i = 0; i < count; i++) {
        final double centre = (start + i + 0.5) * scale;
        final int from = Math.max(0, (int) Math.ceil(centre - reach - 0.5));
        final int to = Math.min(length - 1, (int) Math.floor(centre + reach - 0.5));
        final double[] exact = new double[to - from + 1];
        double sum = 0;
        for (int k = 0; k < exact.length; k++) {
          exact[k] = Math.max(0, 1 - Math.abs(from + k + 0.5 - centre) / reach);
          sum += exact[k];
        }
        first[i] = from;
        weights[i] = rounded(exact, sum);
      }
    }

    /** Weights in whole numbers; what rounding leaves over goes to the largest. */
    private static int[] rounded(double[] exact, double sum) {
      final int[] weights = new int[exact.length];
      int left = ONE;
      int largest = 0;
      for (int k = 0; k < exact.length; k++) {
        weights[k] = (int) Math.round(exact[k] / sum * ONE);
        left -= weights[k];
        largest = weights[k] > weights[largest] ? k : largest;
      }
      weights[largest] += left;
      return weights;
    }
  }

  /** To squares of {@code size} pixels from planes of {@code height} x {@code width}. */
  Resizing(int height, int width, int size) {
    this.height = height;
    this.width = width;
    this.size = size;
    final double scale = (double) Math.min(height, width) / size;
    rows = new Taps(height, scale, (height / scale - size) / 2, size);
    columns = new Taps(width, scale, (width / scale - size) / 2, size);
  }

  /**
   * Resizes planes.
   *
   * @param planes one after another, H,W each
   * @param result takes the squares from {@code to} on
   */
  void apply(byte[] planes, int from, int count, byte[] result, int to) {
    if (height == size && width == size) {
      System.arraycopy(planes, from, result, to, count * size * size);
      return;
    }
    final int top = rows.first[0];
    final int[] last = rows.weights[size - 1];
    final int used = rows.first[size - 1] + last.length - top;
    final byte[] narrow = new byte[used * size];
    for (int plane = 0; plane < count; plane++) {
      for (int y = 0; y < used; y++) {
        narrowRow(planes, from + (plane * height + top + y) * width, narrow, y * size);
      }
      for (int y = 0; y < size; y++) {
        joinRows(narrow, top, y, result, to + (plane * size + y) * size);
      }
    }
  }

  private void narrowRow(byte[] source, int start, byte[] narrow, int to) {
    for (int x = 0; x < size; x++) {
      final int[] weights = columns.weights[x];
      final int first = start + columns.first[x];
      int sum = ONE / 2;
      for (int k = 0; k < weights.length; k++) {
        sum += weights[k] * (source[first + k] & 0xff);
      }
      narrow[to + x] = (byte) (sum >> BITS);
    }
  }

  private void joinRows(byte[] narrow, int top, int y, byte[] result, int to) {
    final int[] weights = rows.weights[y];
    final int first = (rows.first[y] - top) * size;
    for (int x = 0; x < size; x++) {
      int sum = ONE / 2;
      for (int k = 0; k < weights.length; k++) {
        sum += weights[k] * (narrow[first + k * size + x] & 0xff);
      }
      result[to + x] = (byte) (sum >> BITS);
    }
  }
}
