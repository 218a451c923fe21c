package org.nao.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.nao.run.Json;

class BenchCommandTest {
  private static final int BATCH = 16;
  private static final double MILLIS_PER_SECOND = 1e3;

  private static Invocation bench(String... more) {
    final String[] small =
        "bench step --layers 1 --channels 4 --batch 16 --archs 2 --repetitions 1".split(" ");
    final String[] arguments = new String[small.length + more.length];
    System.arraycopy(small, 0, arguments, 0, small.length);
    System.arraycopy(more, 0, arguments, small.length, more.length);
    return Invocation.of(arguments);
  }

  @Test
  void measuresAStep() {
    final Invocation bench = bench("--precision", "fp32", "--json");
    assertThat(bench.err()).isEmpty();
    assertThat(bench.exitCode()).isZero();
    final var object = Json.parseObject(bench.out());
    for (final String name :
        new String[] {
          "trainMillis", "forwardMillis", "trainGflops", "peakGflops", "peakMemoryBytes"
        }) {
      assertThat(object.path(name).asDouble()).as(name).isPositive();
    }
    final double trainMillis = object.path("trainMillis").asDouble();
    assertThat(object.path("trainImagesPerSecond").asDouble() * trainMillis)
        .isEqualTo(BATCH * MILLIS_PER_SECOND, within(1e-6));
    assertThat(object.path("shareOfPeak").asDouble())
        .isPositive()
        .isLessThanOrEqualTo(1)
        .isEqualTo(
            object.path("trainGflops").asDouble() / object.path("peakGflops").asDouble(),
            within(1e-12));
    assertThat(object.path("javaShare").asDouble()).isGreaterThanOrEqualTo(0).isLessThan(1);
    assertThat(object.path("threadMillis").path("sep_conv").asDouble()).isPositive();
  }

  @Test
  void refusesWhatItCannotMeasure() {
    final Invocation half = bench("--precision", "bf16");
    assertThat(half.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(half.err())
        .isEqualTo("nao bench step: --precision is 'bf16', allowed on the CPU: fp32.\n");
    assertThat(bench("--archs", "0").exitCode()).isEqualTo(ExitCode.USAGE);
  }
}
