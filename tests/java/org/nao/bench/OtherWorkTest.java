package org.nao.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class OtherWorkTest {
  private static OtherWork.Counters counters(String statistics, String load, int ownSeconds) {
    return new OtherWork.Counters(statistics, load, Duration.ofSeconds(ownSeconds));
  }

  @Test
  void othersHaveWhatWasWorkedBesideUs() {
    // 1,000 ticks of two processors: 300 idle, 100 waiting, 40 stolen, 560 worked, 400 of them
    // ours.
    final OtherWork work =
        OtherWork.between(
            counters("cpu  1000 10 200 5000 50 5 5 60 7 7", "3.25 1.00 0.50 2/300 99", 1),
            counters("cpu  1500 10 250 5300 150 10 10 100 99 7", "9.00 1.00 0.50 2/300 99", 5));
    assertThat(work.loadAverage()).isEqualTo(3.25);
    assertThat(work.otherShare()).isEqualTo(0.16, within(1e-12));
    assertThat(work.stealShare()).isEqualTo(0.04, within(1e-12));
    assertThat(work.slowedDown()).isTrue();
    assertThat(work.sentence()).contains("16.0 %", "4.0 %", "3.3 before");
  }

  @Test
  void anIdleMachineIsNotNoteworthy() {
    final OtherWork work =
        OtherWork.between(
            counters("cpu  100 0 0 100 0 0 0 0 0 0", "0.10 0 0 1/9 9", 0),
            counters("cpu  1100 0 0 1100 0 0 0 0 0 0", "0.90 0 0 1/9 9", 10));
    assertThat(work.otherShare()).isZero();
    assertThat(work.slowedDown()).isFalse();
  }

  @Test
  void whereNothingIsCountedNothingIsNoteworthy() {
    assertThat(OtherWork.between(counters("", "", 0), counters("", "", 9)))
        .isEqualTo(new OtherWork(0, 0, 0));
  }
}
