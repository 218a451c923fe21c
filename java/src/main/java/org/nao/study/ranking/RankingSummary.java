package org.nao.study.ranking;

import java.util.List;
import org.nao.study.statistics.Estimate;

/**
 * A ranking study as in {@code summary.json}.
 *
 * @param seeds supernets of each condition
 */
public record RankingSummary(
    String study, long seed, int architectures, int seeds, List<Row> conditions) {

  /**
   * A condition.
   *
   * @param oneShotAccuracy mean over architectures and seeds, a fraction
   */
  public record Row(
      String factor,
      String condition,
      Value pairwiseAccuracy,
      Value spearmansRho,
      Value kendallsTau,
      double oneShotAccuracy) {}

  /** An estimate; null where it is not defined. */
  public record Value(Double mean, Double low, Double high, Double deviation) {
    static Value of(Estimate estimate) {
      return new Value(
          defined(estimate.mean()),
          defined(estimate.interval().low()),
          defined(estimate.interval().high()),
          defined(estimate.deviation()));
    }

    private static Double defined(double value) {
      return Double.isNaN(value) ? null : value;
    }
  }
}
