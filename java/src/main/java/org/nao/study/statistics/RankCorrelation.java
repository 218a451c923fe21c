package org.nao.study.statistics;

import java.util.Arrays;
import org.apache.commons.math3.stat.correlation.KendallsCorrelation;
import org.apache.commons.math3.stat.correlation.SpearmansCorrelation;
import org.nao.controller.PairwiseAccuracy;

/**
 * How well one score of architectures ranks them as another does. Each value is NaN where it is not
 * defined: for fewer than two different architectures, the correlations also where all of them have
 * the same score.
 *
 * @param pairwiseAccuracy share of pairs ordered alike, 0 to 1 (paper, section 3.3)
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
    final int[] all = new int[a.length];
    Arrays.setAll(all, i -> i);
    return of(a, b, all);
  }

  /**
   * Between the scores of some architectures, of which the same may be named several times; it
   * makes no pair with itself.
   *
   * @param chosen indices into {@code a} and {@code b}, ascending
   */
  static RankCorrelation of(double[] a, double[] b, int[] chosen) {
    if (a.length != b.length) {
      throw new IllegalArgumentException(a.length + " scores against " + b.length);
    }
    long pairs = 0;
    long alike = 0;
    for (int i = 0; i < chosen.length; i++) {
      for (int j = i + 1; j < chosen.length; j++) {
        final int first = chosen[i];
        final int second = chosen[j];
        if (first != second) {
          pairs++;
          alike += PairwiseAccuracy.alike(a[first], a[second], b[first], b[second]) ? 1 : 0;
        }
      }
    }
    if (pairs == 0) {
      return new RankCorrelation(Double.NaN, Double.NaN, Double.NaN);
    }
    final double[] chosenA = of(a, chosen);
    final double[] chosenB = of(b, chosen);
    return new RankCorrelation(
        (double) alike / pairs,
        new SpearmansCorrelation().correlation(chosenA, chosenB),
        new KendallsCorrelation().correlation(chosenA, chosenB));
  }

  /**
   * Spearman's rho alone.
   *
   * @param chosen as of {@link #of(double[], double[], int[])}
   */
  static double spearmansRho(double[] a, double[] b, int[] chosen) {
    return new SpearmansCorrelation().correlation(of(a, chosen), of(b, chosen));
  }

  /** The chosen scores; -0.0 becomes 0.0, which the ranks would otherwise tell from it. */
  private static double[] of(double[] scores, int[] chosen) {
    return Arrays.stream(chosen).mapToDouble(i -> scores[i] + 0.0).toArray();
  }
}
