package org.nao.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nao.data.Pictures;
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
  void measuresTheReadingOfPictures(@TempDir Path folder) throws IOException {
    Pictures.folder(folder, 4, true);
    final var object =
        Json.parseObject(
            Invocation.of("bench", "data", folder.toString(), "--image-size", "16", "--json")
                .out());
    assertThat(object.get("images").asInt()).isEqualTo(12);
    assertThat(object.get("pixelBytes").asInt()).isEqualTo(12 * 3 * 16 * 16);
    final double median = object.get("medianSeconds").asDouble();
    assertThat(object.get("imagesPerSecond").asDouble()).isCloseTo(12 / median, within(1e-6));
    assertThat(object.get("worstSeconds").asDouble()).isGreaterThanOrEqualTo(median);
    assertThat(object.get("trained").asDouble()).isPositive();
  }

  @Test
  void coresAreMeasuredOnAGpu() {
    final Invocation none = Invocation.of("bench", "cores", "--device", "cuda:9999");
    assertThat(none.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(none.out()).isEmpty();
    assertThat(none.err()).contains("cuda:9999").hasLineCount(1);
    final Invocation cpu = Invocation.of("bench", "cores", "--device", "cpu");
    assertThat(cpu.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(cpu.err()).contains("--device is 'cpu', must be a GPU, cuda:N.").hasLineCount(1);
  }

  @Test
  void measuresAStep() {
    final Invocation bench = bench("--precision", "fp32", "--parallel", "2", "--json");
    assertThat(bench.err()).isEmpty();
    assertThat(bench.exitCode()).isZero();
    final var object = Json.parseObject(bench.out());
    for (final String name :
        new String[] {
          "trainMillis",
          "forwardMillis",
          "searchMillis",
          "parallel",
          "parallelGain",
          "trainGflops",
          "peakGflops",
          "peakMemoryBytes"
        }) {
      assertThat(object.path(name).asDouble()).as(name).isPositive();
    }
    assertThat(object.path("parallel").asInt()).isEqualTo(2);
    final double trainMillis = object.path("trainMillis").asDouble();
    assertThat(object.path("trainImagesPerSecond").asDouble() * trainMillis)
        .isEqualTo(BATCH * MILLIS_PER_SECOND, within(1e-6));
    assertThat(object.path("shareOfPeak").asDouble())
        .isPositive()
        .isLessThanOrEqualTo(1)
        .isEqualTo(
            object.path("trainGflops").asDouble() / object.path("peakGflops").asDouble(),
            within(1e-12));
    assertThat(object.path("gigabytesPerSecond").asDouble()).isPositive();
    assertThat(object.path("shareOfBandwidth").asDouble()).isPositive();
    assertThat(object.path("shareOfRoofline").asDouble())
        .isGreaterThan(object.path("shareOfBandwidth").asDouble() * (1 - 1e-9)); // but for rounding
    assertThat(object.path("loadAverage").isNumber()).isTrue();
    assertThat(object.path("otherShare").asDouble()).isBetween(0.0, 1.0);
    assertThat(object.fieldNames()).toIterable().doesNotContain("noteworthy", "slowedDown");
    assertThat(object.path("stealShare").asDouble()).isBetween(0.0, 1.0);
    assertThat(object.path("javaShare").asDouble()).isGreaterThanOrEqualTo(0).isLessThan(1);
    assertThat(object.path("threadMillis").path("sep_conv").asDouble()).isPositive();
  }

  @Test
  void measuresTheMixedStepOfDarts() {
    final Invocation bench =
        Invocation.of(
            "bench step --space darts --layers 3 --channels 2 --batch 4 --repetitions 1 --json"
                .split(" "));
    assertThat(bench.err()).isEmpty();
    final var object = Json.parseObject(bench.out());
    assertThat(object.path("space").asText()).isEqualTo("darts");
    assertThat(object.path("archs").asInt()).isEqualTo(1);
    assertThat(object.path("trainMillis").asDouble()).isPositive();
    assertThat(object.path("threadMillis").path("mixture").asDouble()).isPositive();
  }

  @Test
  void measuresOneNetwork() {
    final Invocation bench =
        Invocation.of(
            "bench",
            "step",
            "--nodes",
            "1",
            "--layers",
            "1",
            "--channels",
            "4",
            "--batch",
            "4",
            "--repetitions",
            "1",
            "--json",
            "--arch",
            "0 0 1 2 0 1 1 3");
    assertThat(bench.err()).isEmpty();
    assertThat(bench.exitCode()).isZero();
    final var object = Json.parseObject(bench.out());
    assertThat(object.path("archs").asInt()).isOne();
    assertThat(object.path("trainMillis").asDouble()).isPositive();
    assertThat(bench("--arch", "0 0 1 2").err()).contains("--archs has no meaning beside --arch");
  }

  @Test
  void dartsHasNoArchitecturesToCount() {
    final Invocation bench = Invocation.of("bench step --space darts --archs 3".split(" "));
    assertThat(bench.exitCode()).isEqualTo(2);
    assertThat(bench.err()).contains("--archs has no meaning in the space darts");
  }

  private static Invocation kernels(String... more) {
    final String[] small =
        "bench kernels --layers 1 --channels 4 --batch 16 --archs 2 --repetitions 1".split(" ");
    final String[] arguments = Arrays.copyOf(small, small.length + more.length);
    System.arraycopy(more, 0, arguments, small.length, more.length);
    return Invocation.of(arguments);
  }

  @Test
  void measuresKernelsAgainstCeilings() {
    final Invocation bench = kernels("--json");
    assertThat(bench.err()).isEmpty();
    assertThat(bench.exitCode()).isZero();
    final var object = Json.parseObject(bench.out());
    assertThat(object.path("batch").asInt()).isEqualTo(BATCH);
    assertThat(object.path("ceilings").path("copyGigabytesPerSecond").asDouble()).isPositive();
    assertThat(object.path("ceilings").path("multiplyAddGflops").asDouble()).isPositive();
    assertThat(object.path("ceilings").path("bf16Gflops").asDouble()).isZero();
    double stepMillis = 0;
    final List<String> names = new ArrayList<>();
    for (final JsonNode kernel : object.path("kernels")) {
      names.add(kernel.path("kernel").asText() + " " + kernel.path("shape").asText());
      assertThat(kernel.path("millis").asDouble()).as(names.toString()).isPositive();
      assertThat(kernel.path("gigabytesPerSecond").asDouble()).as(names.toString()).isPositive();
      stepMillis += kernel.path("millis").asDouble() * kernel.path("callsPerStep").asDouble();
    }
    assertThat(stepMillis).isCloseTo(object.path("stepMillis").asDouble(), within(1e-9));
    // The stem and the image are the same in every architecture.
    assertThat(names)
        .contains("conv 3>12 32x32 k3 s1", "conv_backward 3>12 32x32 k3 s1", "augment 3 32x32")
        .doesNotHaveDuplicates();
  }

  @Test
  void comparesWithAnEarlierRun(@TempDir Path folder) throws IOException {
    final ObjectNode before = Json.parseObject(kernels("--json").out());
    final Path file = folder.resolve("before.json");
    // So far off that no noise reaches it.
    scale(before, 1e6);
    Files.writeString(file, Json.line(before));
    final Invocation faster = kernels("--compare", file.toString());
    assertThat(faster.exitCode()).isZero();
    assertThat(faster.out()).contains("nothing is slower than 1.15 times its time before");

    scale(before, 1e-12);
    Files.writeString(file, Json.line(before));
    final Invocation slower = kernels("--compare", file.toString(), "--threshold", "2", "--json");
    assertThat(slower.exitCode()).isEqualTo(ExitCode.FAILED);
    final JsonNode comparison = Json.parseObject(slower.out()).path("comparison");
    assertThat(comparison.path("threshold").asDouble()).isEqualTo(2);
    assertThat(comparison.path("ratios").path(0).path("ratio").asDouble()).isGreaterThan(2);

    Files.writeString(file, Json.line(before.put("batch", 17)));
    final Invocation other = kernels("--compare", file.toString());
    assertThat(other.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(other.err())
        .isEqualTo(
            "nao bench kernels: %s was measured with batch 17, this is 16; nothing to compare.%n"
                .formatted(file));
  }

  private static void scale(ObjectNode report, double factor) {
    for (final JsonNode kernel : report.path("kernels")) {
      ((ObjectNode) kernel).put("millis", factor * kernel.path("millis").asDouble());
    }
  }

  @Test
  void comparesSteps(@TempDir Path folder) throws IOException {
    final Path file = folder.resolve("before.json");
    Files.writeString(
        file,
        "{\"layers\": 1, \"channels\": 4, \"batch\": 16, \"archs\": 2, \"seed\": 0,"
            + " \"precision\": \"fp32\", \"trainMillis\": 1e9, \"forwardMillis\": 1e-9}");
    final Invocation bench = bench("--compare", file.toString());
    assertThat(bench.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(bench.out()).contains("1 slower than 1.15 times their time before");
  }

  /** The counts of NAO-V2 as in the paper; 704 steps an epoch, the last one smaller. */
  @Test
  void predictsTheHoursOfASearch() {
    final Invocation bench =
        Invocation.of("bench search-cost --preset paper --layers 1 --channels 4 --json".split(" "));
    assertThat(bench.exitCode()).as(bench.err()).isZero();
    final var object = Json.parseObject(bench.out());
    final Map<String, Long> counts = new HashMap<>();
    object
        .path("work")
        .forEach(each -> counts.put(each.path("phase").asText(), each.path("count").asLong()));
    assertThat(counts)
        .containsEntry("training", 4 * 50 * 704L)
        .containsEntry("evaluation", 1000 + 1300 + 1600 + 1900L)
        .containsEntry("re-ranking", 5 * 10 * 704L)
        .containsEntry("controller", 3000L);
    assertThat(object.path("totalHours").asDouble())
        .isPositive()
        .isCloseTo(object.path("seconds").asDouble() / 3600, within(1e-9));
    assertThat(object.path("layers").asInt()).isEqualTo(1);
    assertThat(object.path("notes").isEmpty()).isFalse();
  }

  @Test
  void devicesAgree() {
    final Invocation bench =
        Invocation.of(
            ("bench agreement --against cpu:ref --layers 1 --channels 2 --nodes 2 --batch 4"
                    + " --steps 4 --json")
                .split(" "));
    assertThat(bench.err()).isEmpty();
    assertThat(bench.exitCode()).isZero();
    final var object = Json.parseObject(bench.out());
    assertThat(object.path("agree").asBoolean()).isTrue();
    assertThat(object.path("losses").size()).isEqualTo(4);
    assertThat(object.path("lossDifference").asDouble())
        .isLessThanOrEqualTo(object.path("lossTolerance").asDouble());
    assertThat(object.path("controlWeightDifference").asDouble()).isPositive();
  }

  @Test
  void refusesWhatItCannotMeasure() {
    final Invocation half = bench("--precision", "bf16");
    assertThat(half.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(bench("--precision", "fp64").exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(half.err()).isEqualTo("nao bench step: device cpu computes in fp32 alone.\n");
    assertThat(bench("--archs", "0").exitCode()).isEqualTo(ExitCode.USAGE);
  }
}
