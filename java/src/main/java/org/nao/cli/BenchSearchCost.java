package org.nao.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import org.nao.bench.OtherWork;
import org.nao.bench.SearchCost;
import org.nao.bench.SearchRates;
import org.nao.engine.Device;
import org.nao.error.UserException;
import org.nao.network.NetworkShape;
import org.nao.run.Json;
import org.nao.search.config.Presets;
import org.nao.search.config.SearchConfig;
import org.nao.text.Counted;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nao bench search-cost}: how many hours the paper's search would take here. */
@Command(
    name = "search-cost",
    description =
        "Predicts the hours of the paper's search on CIFAR-10 on this machine from measured rates"
            + " of its parts, and says what is extrapolated.")
final class BenchSearchCost implements Runnable {
  private static final String PRESET = "paper";
  private static final int CIFAR10_IMAGES = 50_000;
  private static final double MILLIS_PER_SECOND = 1e3;

  @Mixin private SizeOptions sizeOptions;
  @Mixin private DeviceOptions deviceOptions;
  @Mixin private Output output;

  @Option(
      names = "--steps",
      paramLabel = "S",
      description = "Training steps that are measured, of each kind (default 50).")
  private int steps = 50;

  @Option(
      names = "--preset",
      paramLabel = "NAME",
      description = "Whose numbers: paper (default), the one that takes hours.")
  private String preset = PRESET;

  @Override
  public void run() {
    if (!preset.equals(PRESET)) {
      throw new UserException(
          "--preset is '%s', allowed: %s, the one that takes hours.".formatted(preset, PRESET));
    }
    if (steps < 1) {
      throw new UserException("--steps is %d, allowed: at least 1.".formatted(steps));
    }
    final SearchConfig config = Presets.of("nao-v2", preset);
    final NetworkShape shape = sizeOptions.shape(config.searchSpace());
    try (Device device = deviceOptions.open()) {
      final OtherWork.Watch watch = new OtherWork.Watch();
      final SearchRates rates = SearchRates.measure(device, config, shape, steps);
      final SearchCost cost =
          SearchCost.of(config, CIFAR10_IMAGES - config.validation(), steps, rates);
      final OtherWork others = watch.stop();
      if (output.json()) {
        final ObjectNode report = Json.object();
        report.put("device", deviceOptions.name());
        report.put("isa", device.isa());
        report.put("threads", device.threads());
        report.put("preset", preset);
        report.put("layers", shape.layers());
        report.put("channels", shape.channels());
        report.put("batch", config.batch());
        report.set("measured", measured(rates));
        report.setAll(Json.parseObject(Json.line(cost)));
        report.setAll(Json.parseObject(Json.line(others)));
        output.object(report);
      } else {
        print(device, rates, cost);
        BenchOptions.others(others, output);
      }
    }
  }

  private static ObjectNode measured(SearchRates rates) {
    final ObjectNode measured = Json.object();
    measured.put("trainStepMillis", MILLIS_PER_SECOND * rates.trainStepSeconds());
    measured.put("evaluationMillis", MILLIS_PER_SECOND * rates.evaluationSeconds());
    measured.put("standaloneStepMillis", MILLIS_PER_SECOND * rates.standaloneStepSeconds());
    measured.put("standaloneImageMillis", MILLIS_PER_SECOND * rates.standaloneImageSeconds());
    final SearchRates.ControllerRates controller = rates.controller();
    measured.put("controllerEpochMillis", MILLIS_PER_SECOND * controller.epochSeconds());
    measured.put("controllerArchitectures", controller.sequences());
    measured.put("generationMillis", MILLIS_PER_SECOND * controller.generationSeconds());
    return measured;
  }

  private void print(Device device, SearchRates rates, SearchCost cost) {
    final SearchCost.Hours hours = cost.hours();
    line("device      %s, %s", device.isa(), Counted.of(device.threads(), "thread"));
    line(
        "training    %8.2f h   %s of %.2f ms",
        hours.training(),
        Counted.of(cost.supernetSteps(), "step"),
        MILLIS_PER_SECOND * rates.trainStepSeconds());
    line(
        "evaluation  %8.2f h   %s, %.2f ms each",
        hours.evaluation(),
        Counted.of(cost.evaluations(), "architecture"),
        MILLIS_PER_SECOND * rates.evaluationSeconds());
    line(
        "controller  %8.2f h   %s",
        hours.controller(), Counted.of(cost.controllerEpochs(), "epoch"));
    line(
        "re-ranking  %8.2f h   %s of %.2f ms",
        hours.reranking(),
        Counted.of(cost.standaloneSteps(), "step"),
        MILLIS_PER_SECOND * rates.standaloneStepSeconds());
    line("total       %8.2f h", cost.totalHours());
    line("");
    line("extrapolated:");
    cost.extrapolated().forEach(sentence -> line("  %s", sentence));
  }

  private void line(String format, Object... values) {
    output.line(String.format(Locale.ROOT, format, values));
  }
}
