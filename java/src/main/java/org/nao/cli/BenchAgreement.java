package org.nao.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.nao.bench.DeviceAgreement;
import org.nao.engine.Device;
import org.nao.network.NetworkShape;
import org.nao.run.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nao bench agreement}: whether two devices compute the same. */
@Command(
    name = "agreement",
    description =
        "Trains the same supernet on two devices and compares losses, gradient norms and weights;"
            + " exit code 1 where they differ by more than rounding explains.")
final class BenchAgreement implements Callable<Integer> {
  @Mixin private SpaceOptions spaceOptions;
  @Mixin private SizeOptions sizeOptions;
  @Mixin private DeviceOptions deviceOptions;
  @Mixin private Output output;

  @Option(
      names = "--against",
      paramLabel = "DEVICE",
      description = "The device to compare with (default cpu).")
  private String against = "cpu";

  @Option(names = "--batch", paramLabel = "B", description = "Images per step (default 64).")
  private int batch = 64;

  @Option(names = "--steps", paramLabel = "S", description = "Training steps (default 20).")
  private int steps = 20;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "Seed of architectures, weights and images (default 0).")
  private long seed;

  @Override
  public Integer call() {
    final NetworkShape shape = sizeOptions.shape(spaceOptions.space());
    final DeviceAgreement agreement =
        new DeviceAgreement(spaceOptions.space(), shape, batch, steps, seed);
    try (Device device = deviceOptions.open();
        Device expected = Device.open(against, 0)) {
      final DeviceAgreement.Result result = agreement.compare(device, expected);
      if (output.json()) {
        final ObjectNode report = Json.object();
        report.put("device", deviceOptions.name());
        report.put("isa", device.isa());
        report.put("against", against);
        report.put("againstIsa", expected.isa());
        report.put("layers", shape.layers());
        report.put("channels", shape.channels());
        report.put("batch", batch);
        report.put("steps", steps);
        report.put("seed", seed);
        report.setAll(Json.parseObject(Json.line(result)));
        output.object(report);
      } else {
        print(device, expected, result);
      }
      return result.agree() ? ExitCode.DONE : ExitCode.FAILED;
    }
  }

  private void print(Device device, Device expected, DeviceAgreement.Result result) {
    line("devices            %s against %s", device.isa(), expected.isa());
    line("relative differences, and what is allowed");
    line(
        "  first loss       %.2e  %.0e", result.firstLossDifference(), result.firstLossTolerance());
    line(
        "  first norm       %.2e  %.0e", result.firstNormDifference(), result.firstNormTolerance());
    line("  losses           %.2e  %.0e", result.lossDifference(), result.lossTolerance());
    line("  weights' change  %.2e  %.0e", result.weightDifference(), result.weightTolerance());
    line(result.agree() ? "the devices agree" : "the devices disagree");
  }

  private void line(String format, Object... values) {
    output.line(String.format(Locale.ROOT, format, values));
  }
}
