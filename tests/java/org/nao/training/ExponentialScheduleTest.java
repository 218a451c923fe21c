package org.nao.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.nao.error.InvalidValue;

class ExponentialScheduleTest {
  @Test
  void everyEpochHasTheFactorOfTheOneBefore() {
    final ExponentialSchedule schedule = new ExponentialSchedule(0.1, 0.97, 250);
    assertThat(schedule.rate(0)).isEqualTo(0.1);
    assertThat(schedule.rate(1)).isCloseTo(0.097, within(1e-12));
    assertThat(schedule.rate(2)).isCloseTo(0.09409, within(1e-12));
    assertThat(schedule.epochs()).isEqualTo(250);
  }

  @Test
  void factorsThatWouldRaiseItAreRefused() {
    for (final double factor : new double[] {0, -0.5, 1.01, Double.NaN}) {
      assertThatThrownBy(() -> new ExponentialSchedule(0.1, factor, 5))
          .isInstanceOf(InvalidValue.class)
          .hasMessageContaining("must be above 0, up to 1");
    }
  }
}
