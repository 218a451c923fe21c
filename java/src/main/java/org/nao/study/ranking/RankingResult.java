package org.nao.study.ranking;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nao.study.statistics.Estimate;
import org.nao.study.statistics.RankCorrelation;

/**
 * What a ranking study found.
 *
 * @param architectures by set, in the order of all accuracies
 * @param conditions each once
 * @param ceiling agreement of the first with the second stand-alone training of the diverse
 *     architectures, if there were two: what one-shot accuracies can hardly exceed
 */
public record RankingResult(
    Map<Condition.Sizes, List<Scored>> architectures,
    Map<Condition, Measured> conditions,
    Optional<RankCorrelation> ceiling) {

  /**
   * An architecture trained alone.
   *
   * @param architecture text form
   * @param parameters of the stand-alone network at the supernet's N and C
   * @param accuracies of its trainings, fractions
   */
  public record Scored(String architecture, long parameters, List<Double> accuracies) {

    /** The mean. */
    public double accuracy() {
      return accuracies.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }
  }

  /**
   * What a condition gave.
   *
   * @param accuracies of every seed, one-shot, fractions
   * @param correlations of every seed
   */
  public record Measured(
      List<double[]> accuracies,
      List<RankCorrelation> correlations,
      Estimate pairwiseAccuracy,
      Estimate spearmansRho,
      Estimate kendallsTau) {}

  /** Stand-alone accuracies of a set. */
  double[] standalone(Condition.Sizes sizes) {
    return architectures.get(sizes).stream().mapToDouble(Scored::accuracy).toArray();
  }
}
