package org.nao.study.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RankMetricTest {
  private static final double[] ACCURACIES = {0.9, 0.8, 0.7, 0.6, 0.5};
  private static final double[] PARAMETERS = {50, 30, 40, 10, 20};

  private static double metric(double[] found, RankMetric metric) {
    return found[metric.ordinal()];
  }

  /** Ranks of the score 4 5 3 1 2, of the accuracies 5 4 3 2 1, of the parameters 5 3 4 1 2. */
  @Test
  void workedByHand() {
    final double[] score = {8, 9, 7, 2, 3};
    final double[] found = RankMetric.of(score, new RankMetric.Truth(ACCURACIES, PARAMETERS, 0.4));
    assertThat(metric(found, RankMetric.PAIRWISE_ACCURACY)).isEqualTo(8 / 10.0);
    final double rho = 1 - 6 * (1 + 1 + 0 + 1 + 1) / (5 * 24.0);
    assertThat(metric(found, RankMetric.SPEARMANS_RHO)).isEqualTo(rho, within(1e-12));
    assertThat(metric(found, RankMetric.KENDALLS_TAU)).isEqualTo((8 - 2) / 10.0, within(1e-12));
    // The best two are in the wrong order.
    assertThat(metric(found, RankMetric.BEST_PAIRWISE_ACCURACY)).isZero();
    assertThat(metric(found, RankMetric.BEST_SPEARMANS_RHO)).isEqualTo(-1, within(1e-12));
    assertThat(metric(found, RankMetric.BEST_KENDALLS_TAU)).isEqualTo(-1, within(1e-12));
    final double ofScore = 1 - 6 * (1 + 4 + 1) / (5 * 24.0);
    final double ofAccuracies = 1 - 6 * (0 + 1 + 1 + 1 + 1) / (5 * 24.0);
    assertThat(metric(found, RankMetric.RHO_GIVEN_PARAMETERS))
        .isEqualTo(
            (rho - ofScore * ofAccuracies)
                / Math.sqrt((1 - ofScore * ofScore) * (1 - ofAccuracies * ofAccuracies)),
            within(1e-12));
  }

  /** Rounded up; one architecture has no order. */
  @Test
  void theBestAreAShareOfAll() {
    final double[] score = {3, 2, 1, 9, 8};
    final RankMetric.Truth three = new RankMetric.Truth(ACCURACIES, PARAMETERS, 0.5);
    assertThat(metric(RankMetric.of(score, three), RankMetric.BEST_SPEARMANS_RHO)).isEqualTo(1);
    final RankMetric.Truth one = new RankMetric.Truth(ACCURACIES, PARAMETERS, 0.1);
    assertThat(metric(RankMetric.of(score, one), RankMetric.BEST_SPEARMANS_RHO)).isNaN();
    final RankMetric.Truth all = new RankMetric.Truth(ACCURACIES, PARAMETERS, 1);
    final double[] found = RankMetric.of(score, all);
    assertThat(metric(found, RankMetric.BEST_KENDALLS_TAU))
        .isEqualTo(metric(found, RankMetric.KENDALLS_TAU));
  }

  @Test
  void parametersSayNothingBeyondThemselves() {
    final double[] found =
        RankMetric.of(PARAMETERS, new RankMetric.Truth(ACCURACIES, PARAMETERS, 0.5));
    assertThat(metric(found, RankMetric.RHO_GIVEN_PARAMETERS)).isNaN();
  }

  @Test
  void resamplesAreOfArchitecturesAndOfSeeds() {
    final SplittableRandom random = new SplittableRandom(4);
    final double[] accuracies = random.doubles(40).toArray();
    final double[] parameters = random.doubles(40).toArray();
    final RankBootstrap bootstrap =
        new RankBootstrap(new RankMetric.Truth(accuracies, parameters, 0.1), 400, 0.95, 7);
    // Seeds that agree with the accuracies, and such that contradict them.
    final double[] against = Arrays.stream(accuracies).map(value -> -value).toArray();
    final double[][] mixed = bootstrap.metrics(List.of(accuracies, against));
    assertThat(
            Arrays.stream(mixed)
                .mapToDouble(each -> metric(each, RankMetric.SPEARMANS_RHO))
                .map(rho -> Math.round(rho * 1e9) / 1e9 + 0.0)
                .distinct())
        .containsExactlyInAnyOrder(-1.0, 0.0, 1.0);
    assertThat(bootstrap.interval(mixed, RankMetric.SPEARMANS_RHO).low())
        .isEqualTo(-1, within(1e-9));
    assertThat(metric(bootstrap.means(List.of(accuracies, against)), RankMetric.SPEARMANS_RHO))
        .isEqualTo(0, within(1e-9));
    final Interval certain =
        bootstrap.interval(
            bootstrap.metrics(List.of(accuracies, accuracies)), RankMetric.SPEARMANS_RHO);
    assertThat(certain.low()).isEqualTo(1, within(1e-9));
  }

  /** What two scores have in common leaves the difference. */
  @Test
  void differencesAreOfTheSameResamples() {
    final SplittableRandom random = new SplittableRandom(5);
    final double[] accuracies = random.doubles(60).toArray();
    final double[] parameters = random.doubles(60).toArray();
    final double[] noisy = Arrays.stream(accuracies).map(a -> a + random.nextDouble()).toArray();
    final double[] alike = noisy.clone();
    alike[3] += 0.3;
    final RankBootstrap bootstrap =
        new RankBootstrap(new RankMetric.Truth(accuracies, parameters, 0.1), 300, 0.95, 8);
    final double[][] one = bootstrap.metrics(List.of(noisy));
    final double[][] other = bootstrap.metrics(List.of(alike));
    assertThat(bootstrap.difference(one, one, RankMetric.SPEARMANS_RHO))
        .isEqualTo(new Interval(0, 0));
    final Interval rho = bootstrap.interval(one, RankMetric.SPEARMANS_RHO);
    final Interval difference = bootstrap.difference(one, other, RankMetric.SPEARMANS_RHO);
    assertThat(difference.high() - difference.low()).isPositive();
    assertThat(difference.high() - difference.low()).isLessThan((rho.high() - rho.low()) / 3);
    assertThat(bootstrap.metrics(List.of(noisy))).isDeepEqualTo(one);
  }
}
