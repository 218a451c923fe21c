package org.nao.cli;

import java.util.Map;
import org.nao.engine.Device;
import org.nao.training.StepBenchmark;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nao bench step}: training steps and forward passes of random architectures. */
@Command(
    name = "step",
    description = "Measures training steps of random architectures over one supernet.",
    mixinStandardHelpOptions = true)
final class BenchStep implements Runnable {
  private static final double BYTES_PER_MEBIBYTE = 1 << 20;
  private static final int PERCENT = 100;
  private static final String FP32 = "fp32";

  @Mixin private SpaceOptions spaceOptions;
  @Mixin private SizeOptions sizeOptions;
  @Mixin private DeviceOptions deviceOptions;
  @Mixin private Output output;

  @Option(names = "--batch", paramLabel = "B", description = "Images per step (default 64).")
  private int batch = 64;

  @Option(names = "--archs", paramLabel = "K", description = "Random architectures (default 10).")
  private int architectures = 10;

  @Option(
      names = "--repetitions",
      paramLabel = "R",
      description = "Measured steps per architecture, of which the median counts (default 5).")
  private int repetitions = 5;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "Seed of architectures, weights and images (default 0).")
  private long seed;

  @Option(
      names = "--precision",
      paramLabel = "P",
      description = "Of all arithmetic: fp32, the only one that the CPU computes in (default).")
  private String precision = FP32;

  @Override
  public void run() {
    if (!precision.equals(FP32)) {
      throw new IllegalArgumentException(
          "--precision is '%s', allowed on the CPU: %s.".formatted(precision, FP32));
    }
    final StepBenchmark benchmark =
        new StepBenchmark(
            spaceOptions.space(), sizeOptions.shape(), batch, architectures, repetitions, seed);
    try (Device device = deviceOptions.open()) {
      final StepBenchmark.Result result = benchmark.run(device);
      if (output.json()) {
        output.object(result);
      } else {
        print(device, result);
      }
    }
  }

  private void print(Device device, StepBenchmark.Result result) {
    output.line("device         %s, %d threads".formatted(device.isa(), device.threads()));
    output.line(
        "training step  %.2f ms, %.0f images/s"
            .formatted(result.trainMillis(), result.trainImagesPerSecond()));
    output.line("forward pass   %.2f ms".formatted(result.forwardMillis()));
    output.line(
        "arithmetic     %.1f GFLOP/s in training, %.1f %% of the device's %.1f"
            .formatted(result.trainGflops(), PERCENT * result.shareOfPeak(), result.peakGflops()));
    output.line("memory         %.1f MiB".formatted(result.peakMemoryBytes() / BYTES_PER_MEBIBYTE));
    output.line("Java           %.2f %% of a step".formatted(PERCENT * result.javaShare()));
    output.line("kernels        milliseconds of a training step, summed over the threads:");
    result.threadMillis().entrySet().stream()
        .filter(entry -> entry.getValue() > 0)
        .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
        .forEach(entry -> output.line("  %-22s %9.2f".formatted(entry.getKey(), entry.getValue())));
  }
}
