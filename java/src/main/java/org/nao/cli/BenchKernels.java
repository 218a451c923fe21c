package org.nao.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.nao.bench.Ceilings;
import org.nao.bench.KernelBenchmark;
import org.nao.bench.Workload;
import org.nao.engine.Device;
import org.nao.text.Counted;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nao bench kernels}: every kernel at every shape that training steps call. */
@Command(
    name = "kernels",
    description =
        "Measures the kernels inside training steps of random architectures, each at every shape"
            + " it is called with, against the ceilings of the device.")
final class BenchKernels implements Callable<Integer> {
  private static final int PERCENT = 100;

  /** The least share of a step; smaller parts are mostly noise. */
  private static final double LEAST_SHARE = 0.01;

  private static final CompareOptions.Rule RULE =
      new CompareOptions.Rule(
          report -> byName(report, false), report -> byName(report, true), LEAST_SHARE);

  @Mixin private BenchOptions options;

  @Option(
      names = "--warm-up",
      paramLabel = "W",
      description = "Steps per architecture before the measured ones (default 2).")
  private int warmUp = 2;

  @Mixin private CompareOptions compareOptions;
  @Mixin private Output output;

  @Override
  public Integer call() {
    final Workload workload = options.workload();
    final KernelBenchmark benchmark =
        new KernelBenchmark(
            workload, options.batch(), warmUp, options.repetitions(), options.seed());
    return options.measure(workload, benchmark::run, this::print, compareOptions, RULE, output);
  }

  /** Milliseconds of a call, or of all its calls in a step, by kernel and shape. */
  private static Map<String, Double> byName(JsonNode report, boolean perStep) {
    final Map<String, Double> millis = new LinkedHashMap<>();
    for (final JsonNode kernel : report.path("kernels")) {
      millis.put(
          (kernel.path("kernel").asText() + " " + kernel.path("shape").asText()).strip(),
          kernel.path("millis").asDouble()
              * (perStep ? kernel.path("callsPerStep").asDouble() : 1));
    }
    return millis;
  }

  private void print(Device device, KernelBenchmark.Result result) {
    final Ceilings ceilings = result.ceilings();
    line("device     %s, %s", device.isa(), Counted.of(device.threads(), "thread"));
    line(
        "ceilings   copy %.1f GB/s, multiply-add %.1f GFLOP/s%s",
        ceilings.copyGigabytesPerSecond(),
        ceilings.multiplyAddGflops(),
        ceilings.tf32Gflops() > 0
            ? String.format(
                Locale.ROOT,
                ", tensor cores tf32 %.1f, bf16 %.1f GFLOP/s",
                ceilings.tf32Gflops(),
                ceilings.bf16Gflops())
            : "");
    line("step       %.3f ms in kernels", result.stepMillis());
    line("");
    line(
        "%-22s %-24s %7s %9s %6s %8s %6s %9s %6s%s",
        "kernel",
        "shape",
        "calls",
        "ms",
        "step",
        "GB/s",
        "copy",
        "GFLOP/s",
        "fma",
        options.withLibraries() ? "  library" : "");
    for (final KernelBenchmark.Kernel each : result.kernels()) {
      line(
          "%-22s %-24s %7.1f %9.4f %5.1f%% %8.1f %5.1f%% %9.1f %5.1f%%%s",
          each.kernel(),
          each.shape(),
          each.callsPerStep(),
          each.millis(),
          PERCENT * each.stepMillis() / result.stepMillis(),
          each.gigabytesPerSecond(),
          PERCENT * each.shareOfCopy(),
          each.gflops(),
          PERCENT * each.shareOfMultiplyAdd(),
          library(each));
    }
    BenchOptions.aboveCeiling(
        result.kernels().stream().mapToDouble(KernelBenchmark.Kernel::shareOfCopy).max().orElse(0),
        output);
  }

  /** The library's time of a call, and whether steps use it. */
  private static String library(KernelBenchmark.Kernel kernel) {
    if (kernel.library().isEmpty()) {
      return "";
    }
    if (kernel.libraryMillis() <= 0) {
      return "  not " + kernel.library();
    }
    return String.format(
        Locale.ROOT,
        "  %s %.4f ms%s",
        kernel.library(),
        kernel.libraryMillis(),
        kernel.libraryChosen() ? ", used" : "");
  }

  private void line(String format, Object... values) {
    output.line(String.format(Locale.ROOT, format, values));
  }
}
