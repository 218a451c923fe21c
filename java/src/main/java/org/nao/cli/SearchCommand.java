package org.nao.cli;

import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.nao.run.ConfigFiles;
import org.nao.run.RunFolder;
import org.nao.run.Signals;
import org.nao.search.NaoSearch;
import org.nao.search.SearchConfig;
import org.nao.search.SearchSummary;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code nao search}: finds architectures. */
@Command(
    name = "search",
    description = "Searches architectures (NAO-V2) and trains the best ones alone.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  nao search                              a small search on embedded images",
      "  nao search --preset paper --out runs/a  the search of the paper; needs cifar10 in"
          + " $NAO_DATA",
      "  nao search --resume runs/a              go on after an interruption"
    })
final class SearchCommand implements Callable<Integer> {
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
  @Mixin private Output output;

  @Option(names = "--pool", paramLabel = "P", description = "Random architectures at the start.")
  private Integer pool;

  @Option(
      names = "--new",
      paramLabel = "K",
      description = "Architectures that the controller adds between two rounds.")
  private Integer newArchitectures;

  @Option(names = "--warm-start", description = "Go on with the supernet's weights in a new round.")
  private Boolean warmStart;

  @Override
  public Integer call() {
    final Optional<Path> resumed = run.resume();
    try (Signals signals = Signals.listen();
        RunFolder folder = resumed.isPresent() ? resume(resumed.get()) : create()) {
      final SearchConfig config =
          ConfigFiles.read(RunFolder.configFile(folder.path()), SearchConfig.class);
      try (NaoSearch search = new NaoSearch(folder, config, signals.stop(), this::notice)) {
        final Optional<SearchSummary> summary = search.run();
        if (summary.isPresent()) {
          print(config, summary.get(), folder.path());
          return ExitCode.DONE;
        }
        notice("stopped; go on with nao search --resume " + folder.path());
        return ExitCode.of(signals.stop());
      }
    }
  }

  private RunFolder create() {
    final SearchConfig config =
        ConfigFiles.resolve(
            SearchConfig.preset(run.preset().orElse(DEFAULT_PRESET)), run.config(), given());
    return RunFolder.create(
        run.out().orElse(Path.of("runs", "search-" + TIME.format(LocalDateTime.now()))), config);
  }

  /** A run goes on as it began: other values would make it another run. */
  private RunFolder resume(Path path) {
    if (!given().isEmpty() || run.preset().isPresent() || run.config().isPresent()) {
      throw new ParameterException(
          spec.commandLine(),
          "--resume goes on with the configuration of the run; leave out the other options.");
    }
    return RunFolder.resume(path);
  }

  private Map<String, Object> given() {
    final Map<String, Object> given = new LinkedHashMap<>(run.given());
    given.putAll(data.given());
    given.putAll(device.given());
    given.putAll(spaceOptions.given());
    given.putAll(size.given());
    given.putAll(training.given());
    Given.put(given, "initialPool", pool);
    Given.put(given, "newArchitectures", newArchitectures);
    Given.put(given, "supernet.warmStart", warmStart);
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
