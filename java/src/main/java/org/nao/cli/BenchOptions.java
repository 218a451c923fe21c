package org.nao.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import org.nao.engine.Device;
import org.nao.engine.Libraries;
import org.nao.network.NetworkShape;
import org.nao.run.Json;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What a benchmark measures, and where. */
final class BenchOptions {
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

  boolean withLibraries() {
    return deviceOptions.libraries() == Libraries.AUTO;
  }

  Device open() {
    return deviceOptions.open();
  }

  /** What was measured, where and with which result, as one object. */
  ObjectNode report(Device device, Object result) {
    final NetworkShape shape = shape();
    final ObjectNode report = Json.object();
    report.put("device", deviceOptions.name());
    report.put("isa", device.isa());
    report.put("threads", device.threads());
    report.put("precision", device.precision().name().toLowerCase(Locale.ROOT));
    report.put("libraries", device.libraries().name().toLowerCase(Locale.ROOT));
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
