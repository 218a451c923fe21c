package org.nao.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SideBySideTest {
  @Test
  void resultsAreInOrderAndThePiecesAtTheSameTime() {
    final CyclicBarrier all = new CyclicBarrier(3);
    final List<Function<StopRequest, Integer>> work = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      final int own = i;
      work.add(
          stop -> {
            await(all);
            return own;
          });
    }
    assertThat(SideBySide.run(new StopRequest(), work)).containsExactly(0, 1, 2);
  }

  @Test
  void theFirstIsDoneByTheCaller() {
    final Thread caller = Thread.currentThread();
    final List<Function<StopRequest, Boolean>> work =
        List.of(
            stop -> Thread.currentThread().equals(caller),
            stop -> Thread.currentThread().equals(caller));
    assertThat(SideBySide.run(new StopRequest(), work)).containsExactly(true, false);
    assertThat(SideBySide.run(new StopRequest(), List.of())).isEmpty();
  }

  /** Whichever fails, all others hear of it, and it is what the caller hears of. */
  @Test
  void aFailureStopsTheOthers() {
    for (int failing = 0; failing < 3; failing++) {
      final CountDownLatch stopped = new CountDownLatch(2);
      final List<Function<StopRequest, Integer>> work = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        final boolean fails = i == failing;
        work.add(
            stop -> {
              if (fails) {
                throw new RunException("no memory");
              }
              while (!stop.isRequested()) {
                Thread.onSpinWait();
              }
              stopped.countDown();
              return 1;
            });
      }
      final StopRequest outer = new StopRequest();
      assertThatThrownBy(() -> SideBySide.run(outer, work))
          .isInstanceOf(RunException.class)
          .hasMessage("no memory");
      assertThat(stopped.getCount()).isZero();
      assertThat(outer.isRequested()).isFalse();
    }
  }

  @Test
  void aStopIsHeardByAllWithItsReason() {
    final StopRequest outer = new StopRequest();
    final Function<StopRequest, Object> waiting =
        stop -> {
          while (!stop.isRequested()) {
            Thread.onSpinWait();
          }
          return stop.reason().orElseThrow();
        };
    final Function<StopRequest, Object> asking =
        stop -> {
          outer.request(StopRequest.Reason.REQUEUE);
          return waiting.apply(stop);
        };
    assertThat(SideBySide.run(outer, List.of(waiting, asking, waiting)))
        .containsOnly(StopRequest.Reason.REQUEUE)
        .hasSize(3);
  }

  private static void await(CyclicBarrier all) {
    try {
      all.await(30, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
