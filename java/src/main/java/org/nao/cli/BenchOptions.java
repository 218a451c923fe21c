package org.nao.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.nao.engine.Device;
import org.nao.network.NetworkShape;
import org.nao.run.Json;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What a benchmark measures, and where. */
final class BenchOptions {
  private static final String FP32 = "fp32";

  @Mixin private SpaceOptions spaceOptions;
  @Mixin private SizeOptions sizeOptions;
  @Mixin private DeviceOptions deviceOptions;

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
      description = "Of all arithmetic: fp32, the only one that the engine computes in (default).")
  private String precision = FP32;

  SpaceOptions space() {
    return spaceOptions;
  }

  NetworkShape shape() {
    return sizeOptions.shape();
  }

  int batch() {
    return batch;
  }

  int architectures() {
    return architectures;
  }

  int repetitions() {
    return repetitions;
  }

  long seed() {
    return seed;
  }

  Device open() {
    if (!precision.equals(FP32)) {
      throw new IllegalArgumentException(
          "--precision is '%s', allowed on this device: %s.".formatted(precision, FP32));
    }
    return deviceOptions.open();
  }

  /** What was measured, where and with which result, as one object. */
  ObjectNode report(Device device, Object result) {
    final NetworkShape shape = shape();
    final ObjectNode report = Json.object();
    report.put("device", deviceOptions.name());
    report.put("isa", device.isa());
    report.put("threads", device.threads());
    report.put("precision", precision);
    report.put("layers", shape.layers());
    report.put("channels", shape.channels());
    report.put("batch", batch);
    report.put("archs", architectures);
    report.put("repetitions", repetitions);
    report.put("seed", seed);
    report.setAll(Json.parseObject(Json.line(result)));
    return report;
  }
}
