package org.nao.search.ranking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LogitRanksTest {
  private static final double ROUNDING = 1e-12;

  @Test
  void ofFourTheyAreThoseOfEighths() {
    assertThat(LogitRanks.of(new double[] {3, -1, 9, 4}))
        .containsExactly(
            new double[] {Math.log(3 / 5.0), Math.log(1 / 7.0), Math.log(7), Math.log(5 / 3.0)},
            within(ROUNDING));
  }

  @Test
  void equalOnesShareTheirMeanAndNotANumberIsTheLowest() {
    assertThat(LogitRanks.of(new double[] {5, Double.NaN, 5, 7}))
        .containsExactly(new double[] {0, Math.log(1 / 7.0), 0, Math.log(7)}, within(ROUNDING));
  }

  @Test
  void oneThatStandsForManyMovesTheOthers() {
    assertThat(LogitRanks.of(new double[] {1, 2}, new double[] {9, 1}))
        .containsExactly(new double[] {Math.log(4.5 / 5.5), Math.log(9.5 / 0.5)}, within(ROUNDING));
  }
}
