package org.nao.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.nao.bench.StepBenchmark;
import org.nao.bench.Workload;
import org.nao.engine.Device;
import org.nao.text.Counted;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code nao bench step}: training steps and forward passes of random architectures, or of one. */
@Command(
    name = "step",
    description =
        "Measures training steps of random architectures over one supernet, of DARTS' search network"
            + " or of one architecture's stand-alone network.")
final class BenchStep implements Callable<Integer> {
  private static final double BYTES_PER_MEBIBYTE = 1 << 20;
  private static final int PERCENT = 100;
  private static final CompareOptions.Rule RULE =
      new CompareOptions.Rule(BenchStep::millis, BenchStep::millis, 0);

  @Mixin private BenchOptions options;
  @Mixin private ParallelOption parallel;
  @Mixin private CompareOptions compareOptions;
  @Mixin private Output output;

  @Override
  public Integer call() {
    parallel.require(false);
    final Workload workload = options.workload();
    final StepBenchmark benchmark =
        new StepBenchmark(
            workload, options.batch(), options.repetitions(), options.seed(), parallel.count());
    return options.measure(workload, benchmark::run, this::print, compareOptions, RULE, output);
  }

  private static Map<String, Double> millis(JsonNode report) {
    final Map<String, Double> millis = new LinkedHashMap<>();
    for (final String name : new String[] {"trainMillis", "forwardMillis", "searchMillis"}) {
      if (report.path(name).isNumber()) {
        millis.put(name, report.path(name).asDouble());
      }
    }
    return millis;
  }

  private void print(Device device, StepBenchmark.Result result) {
    output.line(
        "device         %s, %s".formatted(device.isa(), Counted.of(device.threads(), "thread")));
    output.line(
        "training step  %.2f ms, %.0f images/s"
            .formatted(result.trainMillis(), result.trainImagesPerSecond()));
    output.line("forward pass   %.2f ms".formatted(result.forwardMillis()));
    output.line(
        "in a search    %.2f ms a training step, each of another architecture"
            .formatted(result.searchMillis()));
    if (result.parallel() > 1) {
      output.line(
          "in parallel    %d networks take %.2f times the steps of one in the same time"
              .formatted(result.parallel(), result.parallelGain()));
    }
    output.line(
        "arithmetic     %.1f GFLOP/s in training, %.1f %% of the device's %.1f"
            .formatted(result.trainGflops(), PERCENT * result.shareOfPeak(), result.peakGflops()));
    output.line(
        "roofline       %.1f %% of a training step's time; at least %.1f GB/s move, %.1f %% of a copy's"
            .formatted(
                PERCENT * result.shareOfRoofline(),
                result.gigabytesPerSecond(),
                PERCENT * result.shareOfBandwidth()));
    BenchOptions.aboveCeiling(
        Math.max(result.shareOfRoofline(), result.shareOfBandwidth()), output);
    if (result.launchesPerStep() > 0) {
      output.line("launches       %.1f a training step".formatted(result.launchesPerStep()));
    }
    output.line("memory         %.1f MiB".formatted(result.peakMemoryBytes() / BYTES_PER_MEBIBYTE));
    output.line("Java           %.2f %% of a step".formatted(PERCENT * result.javaShare()));
    output.line("kernels        milliseconds of a training step, summed over the threads:");
    result.threadMillis().entrySet().stream()
        .filter(entry -> entry.getValue() > 0)
        .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
        .forEach(entry -> output.line("  %-22s %9.2f".formatted(entry.getKey(), entry.getValue())));
  }
}
