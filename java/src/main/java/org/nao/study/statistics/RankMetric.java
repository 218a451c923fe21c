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

  /** A score beside a truth, sorted once for any number of resamples. */
  static final class Ranking {
    private final Truth truth;
    private final RankedPair score;
    private final RankedPair scoreAndParameters;
    private final RankedPair truthAndParameters;
    private final int[] descending;

    /** Higher {@code scores} are taken for better. */
    Ranking(double[] scores, Truth truth) {
      this.truth = truth;
      score = new RankedPair(scores, truth.accuracies());
      scoreAndParameters = new RankedPair(scores, truth.parameters());
      truthAndParameters = new RankedPair(truth.accuracies(), truth.parameters());
      descending =
          IntStream.range(0, scores.length)
              .boxed()
              .sorted(Comparator.comparingDouble((Integer i) -> truth.accuracies()[i]).reversed())
              .mapToInt(Integer::intValue)
              .toArray();
    }

    /**
     * All metrics in their order, NaN where one is not defined.
     *
     * @param chosen indices of architectures, of which the same may be named several times
     */
    double[] of(int[] chosen) {
      final RankCorrelation all = score.of(chosen);
      final RankCorrelation best = score.of(best(chosen));
      return new double[] {
        all.pairwiseAccuracy(),
        all.spearmansRho(),
        all.kendallsTau(),
        best.pairwiseAccuracy(),
        best.spearmansRho(),
        best.kendallsTau(),
        partial(
            all.spearmansRho(),
            scoreAndParameters.spearmansRho(chosen),
            truthAndParameters.spearmansRho(chosen))
      };
    }

    /** Those of the highest accuracies; of equal ones the first. */
    private int[] best(int[] chosen) {
      final int count = (int) Math.ceil(truth.best() * chosen.length);
      final int[] ranked = new int[chosen.length];
      final int[] times = new int[truth.accuracies().length];
      Arrays.stream(chosen).forEach(item -> times[item]++);
      int filled = 0;
      for (final int item : descending) {
        Arrays.fill(ranked, filled, filled + times[item], item);
        filled += times[item];
      }
      return Arrays.copyOf(ranked, count);
    }
  }

  /** The metrics of all architectures, each once. */
  public static double[] of(double[] score, Truth truth) {
    return new Ranking(score, truth).of(IntStream.range(0, score.length).toArray());
  }

  /** The correlation of x and y with what both have of z taken away. */
  static double partial(double xy, double xz, double yz) {
    final double left = (1 - xz * xz) * (1 - yz * yz);
    return left > 0 ? (xy - xz * yz) / Math.sqrt(left) : Double.NaN;
  }
}
