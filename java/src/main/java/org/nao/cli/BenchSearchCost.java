package org.nao.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.nao.bench.OtherWork;
import org.nao.bench.SearchCost;
import org.nao.error.UserException;
import org.nao.estimate.Cost;
import org.nao.run.ConfigFiles;
import org.nao.run.Json;
import org.nao.search.config.Presets;
import org.nao.search.config.SearchConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code nao bench search-cost}: how many hours the paper's search would take here. */
@Command(
    name = "search-cost",
    description =
        "Says what nao search --preset paper --estimate would on CIFAR-10, without these images:"
            + " from noise of their size.")
final class BenchSearchCost implements Runnable {
  private static final String PRESET = "paper";
  private static final double SECONDS_PER_HOUR = 3600;

  @Spec private CommandSpec spec;
  @Mixin private SizeOptions sizeOptions;
  @Mixin private DeviceOptions deviceOptions;
  @Mixin private Output output;

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
    final Map<String, Object> values = new LinkedHashMap<>(deviceOptions.given().values());
    values.putAll(sizeOptions.given().values());
    final SearchConfig config =
        ConfigFiles.resolve(Presets.of("nao-v2", preset), Optional.empty(), values);
    final OtherWork.Watch watch = new OtherWork.Watch();
    final Cost cost = SearchCost.of(config, spec.commandLine().getErr()::println);
    final OtherWork others = watch.stop();
    if (output.json()) {
      final ObjectNode report = Json.object();
      report.put("device", deviceOptions.name());
      report.put("preset", preset);
      report.put("layers", config.layers());
      report.put("channels", config.channels());
      report.put("batch", config.batch());
      report.setAll(Json.tree(cost));
      report.put("totalHours", cost.seconds() / SECONDS_PER_HOUR);
      report.setAll(Json.tree(others));
      output.object(report);
    } else {
      EstimateOption.printTable(cost, output);
      BenchOptions.others(others, output);
    }
  }
}
