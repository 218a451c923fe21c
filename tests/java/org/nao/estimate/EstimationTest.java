package org.nao.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.nao.engine.Device;
import org.nao.run.RunFolder;

class EstimationTest {
  private static final long PAUSE_NANOS = 20_000_000;

  record Config(int any) {}

  private static Estimation estimation() {
    return new Estimation(Instant.now(), 2);
  }

  private static void pause(int times) {
    final long end = System.nanoTime() + times * PAUSE_NANOS;
    for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  @Test
  void partsAddUp() {
    final Estimation estimation = estimation();
    estimation.add("training", 10, "step", 0.5);
    estimation.add("test", 4, "image", 0.25);
    estimation.add("nothing", 0, "step", 9);
    estimation.keep(1000);
    estimation.checkpoint(70);
    estimation.checkpoint(50);
    estimation.note("a sentence.");
    estimation.note("a sentence.");
    try (Device device = Device.open("cpu", 1)) {
      final Cost cost = estimation.finish(device);
      assertThat(cost.seconds()).isEqualTo(6, within(1e-12));
      assertThat(cost.work()).extracting(Work::phase).containsExactly("training", "test");
      assertThat(cost.diskBytes()).isEqualTo(1000 + 3 * 70);
      assertThat(cost.notes()).containsExactly("a sentence.");
      assertThat(cost.threads()).isEqualTo(1);
      assertThat(cost.gpuMemoryBytes()).isZero();
      assertThat(cost.memoryBytes()).isGreaterThan(20_000_000);
    }
  }

  @Test
  void whatPartsHaveInCommonIsMeasuredOnce() {
    final Estimation estimation = estimation();
    final AtomicInteger measured = new AtomicInteger();
    for (int i = 0; i < 3; i++) {
      assertThat(estimation.part().once(List.of("a", 1), measured::incrementAndGet)).isEqualTo(1);
    }
    assertThat(estimation.once("b", measured::incrementAndGet)).isEqualTo(2);
  }

  /** Twice as many items each time until they take a second; the first time is not counted. */
  @Test
  void itemsAreMeasuredForASecond() {
    final List<Integer> counts = new ArrayList<>();
    final double seconds =
        estimation()
            .secondsEach(
                1000,
                10,
                count -> {
                  counts.add(count);
                  pause(count);
                });
    assertThat(counts).startsWith(10, 10, 20, 40).last().isIn(40, 80);
    assertThat(seconds).isBetween(0.020, 0.030);
    counts.clear();
    estimation().secondsEach(3, 10, counts::add);
    assertThat(counts).containsExactly(3, 3);
  }

  /** A training of three steps, in calls of two and one, is repeated; its first call is slow. */
  @Test
  void stepsAreMeasuredAfterTheFirstOnes() {
    final AtomicInteger begun = new AtomicInteger();
    final double seconds =
        estimation()
            .stepSeconds(
                (stop, observer) -> {
                  pause(begun.getAndIncrement() == 0 ? 40 : 2);
                  observer.stepsDone(2, 1);
                  if (!stop.isRequested()) {
                    pause(1);
                    observer.stepsDone(3, 1);
                    observer.epochDone(0, 3, 1, 0);
                  }
                  return 3;
                });
    assertThat(seconds).isBetween(0.020, 0.030);
    assertThat(begun.get()).isBetween(20, 40);
  }

  @Test
  void nothingIsLeftOfATrial() {
    final Path path;
    try (TrialFolder trial = new TrialFolder(new Config(1))) {
      final Estimation estimation = estimation();
      path = trial.folder().path();
      final AtomicInteger saves = new AtomicInteger();
      estimation.checkpoints(
          5,
          trial.folder(),
          () -> {
            saves.incrementAndGet();
            trial.folder().checkpoint().save(new Config(2), Map.of());
          });
      assertThat(saves).hasValue(2);
      assertThat(RunFolder.holdsRun(path)).isTrue();
      assertThat(estimation.checkpointBytes()).isPositive();
      assertThat(estimation.seconds()).isPositive();
    }
    assertThat(Files.exists(path.getParent())).isFalse();
  }
}
