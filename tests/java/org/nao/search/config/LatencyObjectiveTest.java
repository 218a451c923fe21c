package org.nao.search.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nao.error.InvalidValue;

class LatencyObjectiveTest {

  /** By hand: 4^-0.5 = 0.5, 0.25^-0.5 = 2. */
  @ParameterizedTest
  @CsvSource({"2, 0.8", "8, 0.4", "0.5, 1.6"})
  void isTheAccuracyTimesThePowerOfTheQuotient(double millis, double expected) {
    final LatencyObjective objective = new LatencyObjective(2, -0.5);
    assertThat(objective.of(0.8, millis)).isEqualTo(expected, within(1e-12));
    assertThat(objective.accuracy(expected, millis)).isEqualTo(0.8, within(1e-12));
  }

  /** MnasNet, section 3.1: with -0.07 half the latency is worth about 5 % of the accuracy. */
  @Test
  void theExampleOfThePaperHolds() {
    final LatencyObjective objective = new LatencyObjective(80, -0.07);
    assertThat(objective.of(0.5, 40) / 0.5).isEqualTo(1.05, within(0.001));
  }

  @Test
  void withoutAWeightItIsTheAccuracyBitForBit() {
    assertThat(LatencyObjective.NONE.counts()).isFalse();
    assertThat(LatencyObjective.NONE.of(1.0 / 3, 7)).isEqualTo(1.0 / 3);
    assertThat(LatencyObjective.NONE.accuracy(1.0 / 3, 7)).isEqualTo(1.0 / 3);
  }

  @Test
  void staysANumberHoweverExtreme() {
    for (final double target : new double[] {1e-6, 1e6}) {
      for (final double millis : new double[] {0, 1e-300, 1e9}) {
        final LatencyObjective objective = new LatencyObjective(target, -10);
        assertThat(objective.of(0.5, millis)).isFinite().isPositive();
        assertThat(objective.accuracy(0.5, millis)).isFinite().isPositive();
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "2; 0.07; weight is 0.07, must be from -10 to 0, for example -0.07",
        "2; -11; weight is -11.0, must be from -10 to 0, for example -0.07",
        "2; NaN; weight is NaN, must be from -10 to 0, for example -0.07",
        "-1; -0.07; targetMillis is -1.0, must be from 0.000001 to 1000000 ms, or 0 for none",
        "0; -0.07; weight is -0.07, which needs targetMillis",
        "2; 0; targetMillis is 2.0, which needs weight, for example -0.07"
      })
  void whatMakesNoSenseIsOneSentence(double target, double weight, String sentence) {
    assertThatThrownBy(() -> new LatencyObjective(target, weight))
        .isInstanceOf(InvalidValue.class)
        .hasMessage(sentence);
  }
}
