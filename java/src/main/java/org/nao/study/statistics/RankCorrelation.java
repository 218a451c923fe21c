package org.nao.study.statistics;

import java.util.stream.IntStream;

/**
 * How well one score of architectures ranks them as another does. Each value is NaN where it is not
 * defined: for fewer than two different architectures, the correlations also where all of them have
 * the same score.
 *
 * @param pairwiseAccuracy share of pairs i &lt; j with a_i &gt;= a_j and b_i &gt;= b_j, or with a_i
 *     &lt; a_j and b_i &lt; b_j, 0 to 1 (paper, section 3.3)
 * @param spearmansRho correlation of the ranks, -1 to 1; equal scores share their mean rank
 * @param kendallsTau tau-b, -1 to 1
 */
public record RankCorrelation(double pairwiseAccuracy, double spearmansRho, double kendallsTau) {

  /**
   * Between two scores of the same architectures.
   *
   * @param a one-shot accuracies
   * @param b stand-alone accuracies
   */
  public static RankCorrelation of(double[] a, double[] b) {
    return new RankedPair(a, b).of(IntStream.range(0, a.length).toArray());
  }
}
