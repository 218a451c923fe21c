package org.nao.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class CosineScheduleTest {
  private static final double TOLERANCE = 1e-12;

  @Test
  void fallsFromFirstToLast() {
    final CosineSchedule schedule = new CosineSchedule(0.025, 0.001, 50);
    assertThat(schedule.rate(0)).isEqualTo(0.025);
    assertThat(schedule.rate(25)).isCloseTo(0.013, within(TOLERANCE));
    assertThat(schedule.rate(50)).isCloseTo(0.001, within(TOLERANCE));
    for (int epoch = 1; epoch <= 50; epoch++) {
      assertThat(schedule.rate(epoch)).isLessThan(schedule.rate(epoch - 1));
    }
  }

  @Test
  void agreesWithTheRecursiveForm() {
    final CosineSchedule schedule = new CosineSchedule(0.025, 0.001, 10);
    double rate = 0.025;
    for (int epoch = 1; epoch < 10; epoch++) {
      rate =
          0.001
              + (rate - 0.001)
                  * (1 + Math.cos(Math.PI * epoch / 10))
                  / (1 + Math.cos(Math.PI * (epoch - 1) / 10));
      assertThat(schedule.rate(epoch)).isCloseTo(rate, within(TOLERANCE));
    }
  }

  @Test
  void refusesARisingRate() {
    assertThatThrownBy(() -> new CosineSchedule(0.001, 0.025, 10))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0.025");
  }

  @Test
  void cyclesRestartAndDouble() {
    final CosineSchedule schedule = new CosineSchedule(0.05, 0.0005, 150, 10);
    // 10 + 20 + 40 + 80 epochs
    for (final int start : new int[] {0, 10, 30, 70}) {
      assertThat(schedule.rate(start)).isEqualTo(0.05);
    }
    assertThat(schedule.rate(5)).isCloseTo(0.02525, within(1e-12));
    assertThat(schedule.rate(20)).isCloseTo(0.02525, within(1e-12));
    assertThat(schedule.rate(50)).isCloseTo(0.02525, within(1e-12));
    assertThat(schedule.rate(110)).isCloseTo(0.02525, within(1e-12));
    assertThat(schedule.rate(9))
        .isCloseTo(0.0005 + 0.0495 * (1 + Math.cos(0.9 * Math.PI)) / 2, within(1e-12));
    assertThat(schedule.rate(149)).isLessThan(0.00052);
    assertThatThrownBy(() -> new CosineSchedule(0.05, 0, 10, -1))
        .hasMessageContaining("firstCycle");
  }
}
