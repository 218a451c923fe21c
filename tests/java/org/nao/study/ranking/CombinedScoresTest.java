package org.nao.study.ranking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.nao.study.statistics.RankMetric;

class CombinedScoresTest {
  private static final int ITEMS = 100;
  private static final double ROUNDING = 1e-12;

  private final SplittableRandom random = new SplittableRandom(1);

  /** Tokens of six places. */
  private List<int[]> tokens() {
    return IntStream.range(0, ITEMS).mapToObj(i -> random.ints(6, 0, 5).toArray()).toList();
  }

  private static double rho(double[] scores, double[] truth) {
    return RankMetric.of(
        scores,
        new RankMetric.Truth(truth, IntStream.range(0, ITEMS).asDoubleStream().toArray(), 1))[
        RankMetric.SPEARMANS_RHO.ordinal()];
  }

  @Test
  void anAccuracyHasNoPartInItsOwnPrediction() {
    final List<int[]> tokens = tokens();
    final double[] score = random.doubles(ITEMS).toArray();
    final double[] accuracies = random.doubles(ITEMS).toArray();
    final double[] before = new CombinedScores(tokens, accuracies, 80, 7).of(List.of(score));
    for (final int changed : new int[] {0, 41, 99}) {
      final double[] others = accuracies.clone();
      others[changed] += 2;
      final double[] after = new CombinedScores(tokens, others, 80, 7).of(List.of(score));
      assertThat(after[changed]).isEqualTo(before[changed], within(ROUNDING));
      assertThat(after).isNotEqualTo(before);
    }
  }

  @Test
  void accuraciesThatAreNoiseTeachNothing() {
    // Would one leak into its own prediction, noise could be predicted.
    final double[] truth = random.doubles(ITEMS).toArray();
    final double[] score = random.doubles(ITEMS).toArray();
    assertThat(rho(new CombinedScores(tokens(), truth, 80, 7).of(List.of(score)), truth))
        .isLessThan(0.25);
  }

  @Test
  void theyTeachWhatTokensHaveInCommon() {
    final List<int[]> tokens = tokens();
    final double[] truth =
        tokens.stream().mapToDouble(each -> each[0] + each[3] + 0.1 * each[5]).toArray();
    final double[] noise = random.doubles(ITEMS).toArray();
    assertThat(rho(new CombinedScores(tokens, truth, 0, 7).of(List.of(noise)), truth))
        .isLessThan(0.3);
    assertThat(rho(new CombinedScores(tokens, truth, 80, 7).of(List.of(noise)), truth))
        .isGreaterThan(0.6);
  }

  @Test
  void fourFoldsOfFiveAreTheMost() {
    assertThat(CombinedScores.most(100)).isEqualTo(80);
    assertThat(CombinedScores.most(6)).isEqualTo(4);
  }
}
