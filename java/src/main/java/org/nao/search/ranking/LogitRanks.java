package org.nao.search.ranking;

import java.util.Arrays;

/**
 * Ranks on a scale that keeps the best apart: of n items the one with i lower ones gets {@code
 * log(q / (1 - q))}, {@code q = (i + 1/2) / n}. Equal ones share the mean of their ranks; what is
 * not a number is the lowest.
 */
final class LogitRanks {
  private LogitRanks() {}

  /** Of items that all count once. */
  static double[] of(double[] values) {
    final double[] shares = new double[values.length];
    Arrays.fill(shares, 1);
    return of(values, shares);
  }

  /**
   * Of items that stand for several.
   *
   * @param shares how many items each stands for, above 0
   */
  static double[] of(double[] values, double[] shares) {
    final double[] known =
        Arrays.stream(values)
            .map(value -> Double.isNaN(value) ? Double.NEGATIVE_INFINITY : value)
            .toArray();
    final double all = Arrays.stream(shares).sum();
    final double[] logits = new double[known.length];
    for (int i = 0; i < known.length; i++) {
      double lower = 0;
      for (int k = 0; k < known.length; k++) {
        lower += known[k] < known[i] ? shares[k] : known[k] == known[i] ? shares[k] / 2 : 0;
      }
      logits[i] = StrictMath.log(lower / (all - lower));
    }
    return logits;
  }
}
