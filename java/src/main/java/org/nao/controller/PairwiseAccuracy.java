package org.nao.controller;

/**
 * The share of pairs i &lt; j that two scores order alike: {@code a_i >= a_j and b_i >= b_j}, or
 * {@code a_i < a_j and b_i < b_j}.
 */
public final class PairwiseAccuracy {

  private PairwiseAccuracy() {}

  /** Whether both scores order the pair i &lt; j alike. */
  public static boolean alike(double ai, double aj, double bi, double bj) {
    return ai >= aj == bi >= bj;
  }

  /**
   * The share of pairs that both scores order alike, from 0 to 1; NaN for fewer than two scores.
   */
  static double of(float[] a, float[] b) {
    long pairs = 0;
    long alike = 0;
    for (int i = 0; i < a.length; i++) {
      for (int j = i + 1; j < a.length; j++) {
        pairs++;
        if (alike(a[i], a[j], b[i], b[j])) {
          alike++;
        }
      }
    }
    return (double) alike / pairs;
  }
}
