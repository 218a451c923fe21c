package org.nao.study.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.apache.commons.math3.stat.correlation.KendallsCorrelation;
import org.apache.commons.math3.stat.correlation.SpearmansCorrelation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RankCorrelationTest {
  private static final double EXACT = 1e-12;

  private static double[] scores(double... scores) {
    return scores;
  }

  @Test
  void theSameOrderIsOneAndTheReversedOneItsOpposite() {
    final RankCorrelation same = RankCorrelation.of(scores(1, 2, 5), scores(10, 11, 12));
    assertThat(same.pairwiseAccuracy()).isEqualTo(1);
    assertThat(same.spearmansRho()).isEqualTo(1, within(EXACT));
    assertThat(same.kendallsTau()).isEqualTo(1, within(EXACT));
    final RankCorrelation reversed = RankCorrelation.of(scores(1, 2, 5), scores(12, 11, 10));
    assertThat(reversed.pairwiseAccuracy()).isZero();
    assertThat(reversed.spearmansRho()).isEqualTo(-1, within(EXACT));
    assertThat(reversed.kendallsTau()).isEqualTo(-1, within(EXACT));
  }

  /**
   * Ranks 1 2 3 4 5 against 2 1 4 3 5: rho = 1 - 6 (1+1+1+1) / (5 x 24); pairs (1,2) and (3,4) of
   * the ten are reversed.
   */
  @Test
  void withoutTiesTheTextbookFormulasHold() {
    final RankCorrelation found =
        RankCorrelation.of(scores(.1, .2, .3, .4, .5), scores(.62, .61, .64, .63, .65));
    assertThat(found.pairwiseAccuracy()).isEqualTo(0.8, within(EXACT));
    assertThat(found.spearmansRho()).isEqualTo(1 - 24 / 120.0, within(EXACT));
    assertThat(found.kendallsTau()).isEqualTo((8 - 2) / 10.0, within(EXACT));
  }

  /**
   * a = 1 1 2 3, b = 1 2 2 0. Ranks of a: 1.5 1.5 3 4, of b: 2 3.5 3.5 1, both of mean 2.5:
   * deviations -1 -1 .5 1.5 and -.5 1 1 -1.5, products .5 - 1 + .5 - 2.25 = -2.25, squares 4.5 and
   * 4.5. Pairs in order, as (a, b): = <, < <, < >, < =, < >, < >, so one of six is concordant,
   * three are discordant, one is tied in a and one in b: tau-b = (1 - 3) / sqrt(5 x 5). Alike are,
   * with a tie as not below, only pair 2 (a_i < a_j, b_i < b_j).
   */
  @Test
  void theTwoZerosAreOneScore() {
    assertThat(RankCorrelation.of(scores(-0.0, 0.0, 1), scores(2, 1, 3)))
        .isEqualTo(RankCorrelation.of(scores(0.0, 0.0, 1), scores(2, 1, 3)));
    assertThat(RankCorrelation.of(scores(2, 1, 3), scores(0.0, -0.0, 1)))
        .isEqualTo(RankCorrelation.of(scores(2, 1, 3), scores(0.0, 0.0, 1)));
  }

  @Test
  void tiesShareRanksAndCountAsNotBelow() {
    final RankCorrelation found = RankCorrelation.of(scores(1, 1, 2, 3), scores(1, 2, 2, 0));
    assertThat(found.pairwiseAccuracy()).isEqualTo(1 / 6.0, within(EXACT));
    assertThat(found.spearmansRho()).isEqualTo(-2.25 / 4.5, within(EXACT));
    assertThat(found.kendallsTau()).isEqualTo(-2 / 5.0, within(EXACT));
  }

  /** The paper's definition is not symmetric: a tie before the pair i, j is one after j, i. */
  @Test
  void aTieAgreesWithADescentOnly() {
    assertThat(RankCorrelation.of(scores(1, 1), scores(2, 1)).pairwiseAccuracy()).isEqualTo(1);
    assertThat(RankCorrelation.of(scores(1, 1), scores(1, 2)).pairwiseAccuracy()).isZero();
  }

  @Test
  void equalScoresHaveNoCorrelation() {
    final RankCorrelation found = RankCorrelation.of(scores(1, 1, 1), scores(1, 2, 3));
    assertThat(found.pairwiseAccuracy()).isZero();
    assertThat(found.spearmansRho()).isNaN();
    assertThat(found.kendallsTau()).isNaN();
  }

  @Test
  void oneArchitectureHasNoPairs() {
    for (final int[] chosen : new int[][] {{1}, {1, 1, 1}}) {
      final RankCorrelation found = new RankedPair(scores(1, 2), scores(3, 4)).of(chosen);
      assertThat(found.pairwiseAccuracy()).isNaN();
      assertThat(found.spearmansRho()).isNaN();
      assertThat(found.kendallsTau()).isNaN();
    }
    assertThatThrownBy(() -> RankCorrelation.of(scores(1, 2), scores(1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** Twice the first of three: pairs (0,1), (0,2) count twice, (0,0) not at all. */
  @Test
  void anArchitectureMakesNoPairWithItself() {
    final RankCorrelation found =
        new RankedPair(scores(1, 2, 3), scores(2, 1, 3)).of(new int[] {0, 0, 1, 2});
    assertThat(found.pairwiseAccuracy()).isEqualTo(3 / 5.0, within(EXACT));
  }

  /** Scores with many equal ones, and items that are named several times. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void resamplesAreThoseOfTheDefinitions(long seed) {
    final SplittableRandom random = new SplittableRandom(seed);
    final int items = random.nextInt(3, 40);
    final double[] a = random.ints(items, 0, 12).asDoubleStream().toArray();
    final double[] b = random.ints(items, 0, 9).asDoubleStream().toArray();
    final int[] chosen = random.ints(items, 0, items).toArray();
    long pairs = 0;
    long alike = 0;
    for (int i = 0; i < items; i++) {
      for (int j = i + 1; j < items; j++) {
        final int first = Math.min(chosen[i], chosen[j]);
        final int second = Math.max(chosen[i], chosen[j]);
        if (first != second) {
          pairs++;
          alike += a[first] >= a[second] == b[first] >= b[second] ? 1 : 0;
        }
      }
    }
    final double[] chosenA = Arrays.stream(chosen).mapToDouble(i -> a[i]).toArray();
    final double[] chosenB = Arrays.stream(chosen).mapToDouble(i -> b[i]).toArray();
    final RankCorrelation found = new RankedPair(a, b).of(chosen);
    assertThat(found.pairwiseAccuracy()).isEqualTo((double) alike / pairs);
    assertThat(found.spearmansRho())
        .isEqualTo(new SpearmansCorrelation().correlation(chosenA, chosenB), within(EXACT));
    assertThat(found.kendallsTau())
        .isEqualTo(new KendallsCorrelation().correlation(chosenA, chosenB), within(EXACT));
  }
}
