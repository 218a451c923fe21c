package org.nao.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.nao.bench.OtherWork;
import org.nao.bench.Workload;
import org.nao.engine.Device;
import org.nao.engine.Libraries;
import org.nao.error.UserException;
import org.nao.network.NetworkShape;
import org.nao.run.Json;
import org.nao.space.ArchitectureFormat;
import org.nao.space.SearchSpace;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What a benchmark measures, and where. */
final class BenchOptions {
  private static final int DEFAULT_ARCHITECTURES = 10;

  @Mixin private SpaceOptions spaceOptions;
  @Mixin private SizeOptions sizeOptions;
  @Mixin private DeviceOptions deviceOptions;

  @Option(names = "--batch", paramLabel = "B", description = "Images per step (default 64).")
  private int batch = 64;

  @Option(
      names = "--archs",
      paramLabel = "K",
      description =
          "Random architectures over one supernet (default 10). The space darts has one mixed"
              + " network instead.")
  private Integer architectures;

  @Option(
      names = "--arch",
      paramLabel = "TEXT",
      description =
          "Instead of them the stand-alone network of this architecture, in any text form of"
              + " --space.")
  private String architecture;

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

  private NetworkShape shape() {
    return sizeOptions.shape(spaceOptions.space());
  }

  int batch() {
    return batch;
  }

  /**
   * What is trained: random architectures over a supernet, DARTS' search network or one network.
   */
  Workload workload() {
    final SearchSpace space = spaceOptions.space();
    if (architecture != null) {
      if (architectures != null) {
        throw new UserException("--archs has no meaning beside --arch, which names one network.");
      }
      return Workload.standalone(space, shape(), ArchitectureFormat.parseAny(space, architecture));
    }
    if (!space.isDarts()) {
      return Workload.supernet(
          space, shape(), Objects.requireNonNullElse(architectures, DEFAULT_ARCHITECTURES), seed);
    }
    if (architectures != null) {
      throw new UserException("--archs has no meaning in the space darts, whose network is one.");
    }
    return Workload.dartsSearch(space, shape());
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

  /**
   * Measures, prints for a user or writes the report as JSON, and compares it with an earlier one.
   *
   * @return the exit code
   */
  <R> int measure(
      Workload workload,
      Function<Device, R> measurement,
      BiConsumer<Device, R> print,
      CompareOptions compare,
      CompareOptions.Rule rule,
      Output output) {
    final ObjectNode before = compare.before();
    try (Device device = deviceOptions.open()) {
      final OtherWork.Watch watch = new OtherWork.Watch();
      final R result = measurement.apply(device);
      final OtherWork others = watch.stop();
      final ObjectNode report = report(device, workload, result);
      report.setAll(Json.parseObject(Json.line(others)));
      if (!output.json()) {
        print.accept(device, result);
        others(others, output);
      }
      final int exitCode = compare.compare(before, report, rule, output);
      if (output.json()) {
        output.object(report);
      }
      return exitCode;
    }
  }

  /** A last line where the machine had other work too. */
  static void others(OtherWork others, Output output) {
    if (others.slowedDown()) {
      output.line("");
      output.line("machine " + others.sentence());
    }
  }

  /**
   * A line that explains shares of ceilings, 0 to 1, where some lie above.
   *
   * @param most the largest of them
   */
  static void aboveCeiling(double most, Output output) {
    if (most > 1) {
      output.line(
          "above 100 %: data stayed in caches, faster than the memory whose copy is the ceiling");
    }
  }

  /** What was measured, where and with which result, as one object. */
  private ObjectNode report(Device device, Workload workload, Object result) {
    final NetworkShape shape = workload.shape();
    final ObjectNode report = Json.object();
    report.put("device", deviceOptions.name());
    report.put("isa", device.isa());
    report.put("threads", device.threads());
    report.put("precision", device.precision().name().toLowerCase(Locale.ROOT));
    report.put("libraries", device.libraries().name().toLowerCase(Locale.ROOT));
    report.put("space", spaceOptions.space().name());
    report.put("layers", shape.layers());
    report.put("channels", shape.channels());
    report.put("batch", batch);
    report.put("archs", workload.programs().size());
    report.put("repetitions", repetitions);
    report.put("seed", seed);
    report.setAll(Json.parseObject(Json.line(result)));
    return report;
  }
}
