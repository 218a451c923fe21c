package org.nao.study.statistics;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** What may be said about how well a score ranks architectures whose accuracies are known. */
public enum RankMetric {
  /** Share of pairs ordered alike. */
  PAIRWISE_ACCURACY("pairwise accuracy"),
  SPEARMANS_RHO("Spearman's rho"),
  KENDALLS_TAU("Kendall's tau"),
  /** The same three of the architectures with the best accuracies alone. */
  BEST_PAIRWISE_ACCURACY("pairwise accuracy among the best"),
  BEST_SPEARMANS_RHO("Spearman's rho among the best"),
  BEST_KENDALLS_TAU("Kendall's tau among the best"),
  /** Partial correlation of the ranks, given those of the numbers of parameters. */
  RHO_GIVEN_PARAMETERS("Spearman's rho given parameters");

  private final String title;

  RankMetric(String title) {
    this.title = title;
  }

  /** Its name for people. */
  public String title() {
    return title;
  }

  /**
   * What a score is compared with.
   *
   * @param accuracies of the architectures
   * @param parameters of their networks
   * @param best share of the architectures, by their accuracies, that count as the best, rounded up
   */
  public record Truth(double[] accuracies, double[] parameters, double best) {}

  /**
   * All metrics in their order, NaN where one is not defined.
   *
   * @param score of each architecture, higher for what it takes for better
   * @param chosen indices of architectures, ascending, of which the same may be named several times
   */
  public static double[] of(double[] score, Truth truth, int[] chosen) {
    final RankCorrelation all = RankCorrelation.of(score, truth.accuracies(), chosen);
    final RankCorrelation best = RankCorrelation.of(score, truth.accuracies(), best(truth, chosen));
    return new double[] {
      all.pairwiseAccuracy(),
      all.spearmansRho(),
      all.kendallsTau(),
      best.pairwiseAccuracy(),
      best.spearmansRho(),
      best.kendallsTau(),
      partial(
          all.spearmansRho(),
          RankCorrelation.spearmansRho(score, truth.parameters(), chosen),
          RankCorrelation.spearmansRho(truth.accuracies(), truth.parameters(), chosen))
    };
  }

  /** The metrics of all architectures, each once. */
  public static double[] of(double[] score, Truth truth) {
    return of(score, truth, IntStream.range(0, score.length).toArray());
  }

  /** Those of the highest accuracies; of equal ones the first. */
  private static int[] best(Truth truth, int[] chosen) {
    final double[] accuracies = truth.accuracies();
    return Arrays.stream(chosen)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer i) -> accuracies[i]).reversed())
        .limit((int) Math.ceil(truth.best() * chosen.length))
        .mapToInt(Integer::intValue)
        .sorted()
        .toArray();
  }

  /** The correlation of x and y with what both have of z taken away. */
  static double partial(double xy, double xz, double yz) {
    final double left = (1 - xz * xz) * (1 - yz * yz);
    return left > 0 ? (xy - xz * yz) / Math.sqrt(left) : Double.NaN;
  }
}
