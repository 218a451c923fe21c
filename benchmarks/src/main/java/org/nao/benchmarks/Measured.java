package org.nao.benchmarks;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/** How every benchmark is measured: the mean time of a call in a fresh JVM of a fixed heap. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 2,
    jvmArgsAppend = {"-Xms1g", "-Xmx1g"})
abstract class Measured {

  /**
   * Refuses to measure something that computes the wrong thing.
   *
   * @throws IllegalStateException with that message, unless {@code holds}
   */
  static void check(boolean holds, String message, Object... arguments) {
    if (!holds) {
      throw new IllegalStateException(message.formatted(arguments));
    }
  }
}
