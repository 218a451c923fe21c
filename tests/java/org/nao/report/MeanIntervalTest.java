package org.nao.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class MeanIntervalTest {
  @Test
  void halfIsAQuantileOfStudentsDistributionTimesTheStandardError() {
    // Quantiles from a table of the distribution with 1 and with 9 degrees of freedom.
    assertThat(MeanInterval.half(3, 2, 0.95)).isCloseTo(12.706 * 3 / 1.41421, within(0.01));
    assertThat(MeanInterval.half(3, 10, 0.99)).isCloseTo(3.250 * 3 / 3.16228, within(0.001));
    assertThat(MeanInterval.half(0, 1, 0.95)).isNaN();
  }

  @Test
  void wordsKeepAllDigitsOfTheLevel() {
    assertThat(MeanInterval.words(0.95)).isEqualTo("95 % interval of the mean (Student's t)");
    assertThat(MeanInterval.percent(0.999)).isEqualTo("99.9 %");
    assertThat(MeanInterval.percent(0.57)).isEqualTo("57 %");
    assertThat(MeanInterval.percent(0.9)).isEqualTo("90 %");
  }
}
