package org.nao.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.nao.controller.Torch;
import org.nao.run.ConfigFiles;
import org.nao.run.Json;
import org.nao.run.RunFolder;
import org.nao.run.Signals;
import org.nao.run.StopRequest;
import org.nao.search.Search;
import org.nao.search.config.Presets;
import org.nao.search.config.SearchConfig;
import org.nao.search.session.SearchSummary;
import org.nao.search.table.TableConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code nao search}: finds architectures. */
@Command(
    name = "search",
    description = "Searches architectures and trains the best ones alone.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "What no option gives comes from --config, and else from the preset; --show-config shows it.",
      "",
      "Examples:",
      "  nao search                              a small search on embedded images",
      "  nao search --algorithm spos --max-parameters 60000",
      "  nao search --preset paper --out runs/a  needs cifar10 in $NAO_DATA",
      "  nao search --resume runs/a              go on after an interruption",
      "  nao search --benchmark nasbench201 --table nasbench201.csv"
    })
final class SearchCommand implements Callable<Integer> {
  private static final String DEFAULT_ALGORITHM = "nao-v2";
  private static final String DEFAULT_PRESET = "quick";
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT);

  @Spec private CommandSpec spec;
  @Mixin private RunOptions run;
  @Mixin private DataOptions data;
  @Mixin private DeviceOptions device;
  @Mixin private SpaceOptions spaceOptions;
  @Mixin private SizeOptions size;
  @Mixin private TrainingOptions training;
  @Mixin private PoolOptions pool;
  @Mixin private ScoringOptions scoring;
  @Mixin private SupernetOptions supernet;
  @Mixin private TableOptions table;
  @Mixin private Output output;

  @Option(
      names = "--algorithm",
      paramLabel = "NAME",
      description =
          "nao-v2 (default); nao-ws, one training with cached scores; nao, every architecture"
              + " trained alone; random; evolution, regularized; spos, single path one-shot; darts;"
              + " enas, a controller that learns by reinforcement.")
  private String algorithm;

  @Option(
      names = "--order",
      paramLabel = "K",
      description = "Of DARTS' architecture gradient: 1, or 2 with the weights a step ahead.")
  private Integer order;

  @Option(
      names = "--show-config",
      description = "Only print the configuration that all options make, as --config takes it.")
  private boolean showConfig;

  @Override
  public Integer call() {
    final TableSearch tableSearch = new TableSearch(spec, run, output, table.given(), given());
    if (tableSearch.requested()) {
      final TableConfig config = tableSearch.config();
      if (showConfig) {
        output.text(Json.pretty(config));
        return ExitCode.DONE;
      }
      return tableSearch.call(config, out());
    }
    final Optional<Path> resumed = run.resume();
    final SearchConfig config = resumed.isPresent() ? resumed(resumed.get()) : resolved();
    if (showConfig) {
      output.text(Json.pretty(config));
      return ExitCode.DONE;
    }
    try (Signals signals = Signals.listen();
        RunFolder folder =
            resumed.isPresent()
                ? RunFolder.resume(resumed.get(), config)
                : RunFolder.create(out(), config);
        Search search = open(folder, config, signals.stop())) {
      final Optional<SearchSummary> summary = search.run();
      if (summary.isPresent()) {
        print(config, summary.get(), folder.path());
        return ExitCode.DONE;
      }
      notice("stopped; go on with nao search --resume " + folder.path());
      return ExitCode.of(signals.stop());
    }
  }

  /** A new run that cannot begin, for example for lack of its data, leaves no folder in the way. */
  private Search open(RunFolder folder, SearchConfig config, StopRequest stop) {
    try {
      if (config.rounds() > 1) {
        // The controller's: a search that lacks it fails here, not after its first round.
        Torch.load();
      }
      return new Search(folder, config, stop, this::notice);
    } catch (RuntimeException e) {
      if (run.resume().isEmpty()) {
        folder.discard();
      }
      throw e;
    }
  }

  private SearchConfig resolved() {
    return ConfigFiles.resolve(
        Presets.of(algorithmName(), run.preset().orElse(DEFAULT_PRESET)), run.config(), given());
  }

  /** What the preset is for: the option's, else the file's, else NAO-V2. */
  private String algorithmName() {
    if (algorithm != null) {
      return algorithm;
    }
    return run.config()
        .map(file -> Json.readObject(file).path("algorithm"))
        .filter(JsonNode::isTextual)
        .map(JsonNode::asText)
        .orElse(DEFAULT_ALGORITHM);
  }

  private Path out() {
    return run.out().orElse(Path.of("runs", "search-" + TIME.format(LocalDateTime.now())));
  }

  /** A run goes on as it began, other values would make it another run; only where may change. */
  private SearchConfig resumed(Path folder) {
    if (!given().keySet().equals(device.where().keySet())
        || run.preset().isPresent()
        || run.config().isPresent()) {
      throw new ParameterException(
          spec.commandLine(),
          "--resume goes on with the configuration of the run; of the other options only --device,"
              + " --threads and --json may stand beside it.");
    }
    return ConfigFiles.resolve(
        ConfigFiles.read(RunFolder.configFile(folder), SearchConfig.class),
        Optional.empty(),
        device.where());
  }

  private Map<String, Object> given() {
    final Map<String, Object> given = new LinkedHashMap<>(run.given());
    Given.put(given, "algorithm", algorithm);
    Given.put(given, "darts.order", order);
    given.putAll(data.given());
    given.putAll(device.given());
    given.putAll(spaceOptions.given());
    given.putAll(size.given());
    given.putAll(training.given());
    given.putAll(pool.given());
    given.putAll(scoring.given());
    given.putAll(supernet.given());
    return given;
  }

  private void notice(String sentence) {
    spec.commandLine().getErr().println(sentence);
    spec.commandLine().getErr().flush();
  }

  private void print(SearchConfig config, SearchSummary summary, Path folder) {
    if (output.json()) {
      output.object(summary);
    } else {
      new SearchReport(config, summary, folder).print(output);
    }
  }
}
