package org.nao.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.nao.bench.ControllerTimes;
import org.nao.bench.OtherWork;
import org.nao.engine.Device;
import org.nao.error.UserException;
import org.nao.run.Json;
import org.nao.text.Counted;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nao bench controller}: steps and generation of NAO's controller, beside libtorch's. */
@Command(
    name = "controller",
    description = {
      "Measures NAO's controller with the paper's sizes (40 tokens, embedding 32, hidden 64): a"
          + " training step and the generation of new sequences.",
      "Where this installation has libtorch, the same on it in the same run, on as many CPU threads."
    })
final class BenchController implements Runnable {
  private static final int PERCENT = 100;

  @Mixin private DeviceOptions deviceOptions;
  @Mixin private Output output;

  @Option(names = "--batch", paramLabel = "B", description = "Sequences (default 100).")
  private int batch = 100;

  @Option(
      names = "--repetitions",
      paramLabel = "R",
      description = "Of 10 steps and one generation each, of which the median counts (default 9).")
  private int repetitions = 9;

  @Override
  public void run() {
    require("--batch", batch);
    require("--repetitions", repetitions);
    try (Device device = deviceOptions.open()) {
      final OtherWork.Watch watch = new OtherWork.Watch();
      final ControllerTimes times = ControllerTimes.measure(device, batch, repetitions);
      final OtherWork others = watch.stop();
      if (output.json()) {
        final ObjectNode report = Json.object();
        report.put("device", deviceOptions.name());
        report.put("isa", device.isa());
        report.put("threads", device.threads());
        report.put("repetitions", repetitions);
        report.setAll(Json.parseObject(Json.line(times)));
        report.setAll(Json.parseObject(Json.line(others)));
        output.object(report);
      } else {
        print(device, times);
        BenchOptions.others(others, output);
      }
    }
  }

  private static void require(String option, int value) {
    if (value < 1) {
      throw new UserException("%s is %d, must be at least 1.".formatted(option, value));
    }
  }

  private void print(Device device, ControllerTimes times) {
    output.line(
        "device      %s, %s".formatted(device.isa(), Counted.of(device.threads(), "thread")));
    output.line(
        "step        %.2f ms, %.1f %% of the device's multiply-adds%s"
            .formatted(
                times.stepMillis(),
                PERCENT * times.shareOfPeak(),
                besides(times.stepMillis(), times.libtorchStepMillis())));
    output.line(
        "generation  %.2f ms%s"
            .formatted(
                times.generationMillis(),
                besides(times.generationMillis(), times.libtorchGenerationMillis())));
    if (times.launchesPerStep() != null) {
      output.line("launches    %.1f a step".formatted(times.launchesPerStep()));
    }
  }

  private static String besides(double own, Double libtorch) {
    return libtorch == null
        ? ""
        : "; libtorch %.2f ms, %.1f times as long".formatted(libtorch, libtorch / own);
  }
}
