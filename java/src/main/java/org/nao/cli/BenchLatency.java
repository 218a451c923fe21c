package org.nao.cli;

import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import org.nao.engine.Device;
import org.nao.error.UserException;
import org.nao.model.latency.LatencyCheck;
import org.nao.model.latency.LatencyMeter;
import org.nao.model.latency.LatencyReport;
import org.nao.model.latency.LatencyTable;
import org.nao.network.NetworkShape;
import org.nao.space.SearchSpace;
import org.nao.text.Counted;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nao bench latency}: what the limit --max-latency of searches goes by. */
@Command(
    name = "latency",
    description =
        "Measures the operations of a space's networks, adds them up, and compares the sums with"
            + " whole networks: what nao search --max-latency goes by.")
final class BenchLatency implements Runnable {
  private static final int PERCENT = 100;

  @Mixin private SpaceOptions spaceOptions;
  @Mixin private SizeOptions sizeOptions;
  @Mixin private DeviceOptions deviceOptions;
  @Mixin private Output output;

  @Option(names = "--batch", paramLabel = "B", description = "Images of a pass (default 1).")
  private int batch = 1;

  @Option(
      names = "--networks",
      paramLabel = "K",
      description = "Random networks that are measured whole (default 20).")
  private int networks = 20;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "Seed of the random architectures (default 0).")
  private long seed;

  @Override
  public void run() {
    if (batch < 1) {
      throw new UserException("--batch is %d, allowed: at least 1.".formatted(batch));
    }
    if (networks < 1) {
      throw new UserException("--networks is %d, allowed: at least 1.".formatted(networks));
    }
    final SearchSpace space = spaceOptions.space();
    final NetworkShape shape = sizeOptions.shape(space);
    try (Device device = deviceOptions.open()) {
      final LatencyMeter meter = new LatencyMeter(device, space, shape, batch);
      final SplittableRandom random = new SplittableRandom(seed);
      final LatencyTable table = meter.table(random);
      final LatencyReport report = meter.check(table, networks, random);
      if (output.json()) {
        output.object(report);
      } else {
        print(report);
      }
    }
  }

  private void print(LatencyReport report) {
    final LatencyTable table = report.table();
    line(
        "device %s, %s; %s a pass",
        table.isa(), Counted.of(table.threads(), "thread"), Counted.of(table.batch(), "image"));
    line("");
    line("      ms  operation");
    table.operations().entrySet().stream()
        .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
        .forEach(each -> line("%8.4f  %s", each.getValue(), each.getKey()));
    line("");
    line(
        "a network: %.4f ms + %.3f x the sum of its operations", table.baseMillis(), table.scale());
    line("");
    line("predicted ms  measured ms   error");
    report.networks().stream()
        .sorted(Comparator.comparingDouble(LatencyCheck::measuredMillis))
        .forEach(
            each ->
                line(
                    "%12.3f %12.3f %6.1f%%",
                    each.predictedMillis(), each.measuredMillis(), PERCENT * each.relativeError()));
    line("");
    line(
        "error: %.1f%% in the mean, %.1f%% at most",
        PERCENT * report.meanError(), PERCENT * report.largestError());
  }

  private void line(String format, Object... values) {
    output.line(String.format(Locale.ROOT, format, values));
  }
}
