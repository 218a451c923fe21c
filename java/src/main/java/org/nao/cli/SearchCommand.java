package org.nao.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.nao.data.DataSource;
import org.nao.data.ImageData;
import org.nao.error.UserException;
import org.nao.ranks.LocalRanks;
import org.nao.ranks.Placement;
import org.nao.ranks.ProcessName;
import org.nao.ranks.RankException;
import org.nao.ranks.Ranks;
import org.nao.run.ConfigFiles;
import org.nao.run.FittingValues;
import org.nao.run.Json;
import org.nao.run.RunFolder;
import org.nao.run.Signals;
import org.nao.run.StopRequest;
import org.nao.search.Search;
import org.nao.search.config.Algorithm;
import org.nao.search.config.Presets;
import org.nao.search.config.Scoring;
import org.nao.search.config.SearchConfig;
import org.nao.search.config.UsedKeys;
import org.nao.search.scoring.Follower;
import org.nao.search.session.Crew;
import org.nao.search.session.LatencyFindings;
import org.nao.search.session.SearchSummary;
import org.nao.search.table.Verification;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code nao search}: finds architectures. */
@Command(
    name = "search",
    description = "Searches architectures and trains the best ones alone.",
    footer = {
      "",
      "What no option gives comes from --config, and else from the preset; --show-config shows it.",
      "These are the options of --algorithm nao-v2, or of the algorithm before --help.",
      "",
      "Examples:",
      "  nao search                              a small search on embedded images",
      "  nao search --algorithm spos --max-parameters 60000",
      "  nao search --preset paper --out runs/a  needs cifar10 in $NAO_DATA",
      "  nao search --preset paper --estimate    what that would take here",
      "  nao search --resume runs/a              go on, perhaps on another --device",
      "  nao search --out runs/a --resume-or-start   begin or go on, for batch jobs",
      "  nao search --algorithm enas --help      the options of another algorithm"
    },
    abbreviateSynopsis = true)
final class SearchCommand implements Callable<Integer> {
  private static final String DEFAULT_ALGORITHM = Algorithm.NAO_V2.title();
  private CommandSpec spec;
  private Placement place;
  @Mixin private RunOptions run;
  @Mixin private DataOptions data;
  @Mixin private SkipBadOption skipBad;
  @Mixin private TensorBoardOption tensorBoard;
  @Mixin private VerifyOption verify;
  @Mixin private DeviceOptions device;
  @Mixin private RankOptions ranks;
  @Mixin private ParallelOption parallel;
  @Mixin private SpaceOptions spaceOptions;
  @Mixin private SizeOptions size;
  @Mixin private TrainingOptions training;
  @Mixin private PoolOptions pool;
  @Mixin private ScoringOptions scoring;
  @Mixin private SupernetOptions supernet;
  @Mixin private RerankingOptions reranking;
  @Mixin private DartsOptions darts;
  @Mixin private EstimateOption estimate;
  @Mixin private Output output;

  @Option(names = "--algorithm", paramLabel = "NAME", description = "${bundle:algorithms}.")
  private String algorithm;

  @Option(
      names = "--show-config",
      description = "Only print the configuration that all options make, as --config takes it.")
  private boolean showConfig;

  /** Options of the command that searches in tables, which was once a part of this one. */
  @Option(
      names = {
        "--benchmark",
        "--table",
        "--signal",
        "--signal-column",
        "--dataset",
        "--queries",
        "--runs"
      },
      hidden = true)
  private List<String> ofTables;

  @Spec
  void setSpec(CommandSpec spec) {
    this.spec = spec;
    spec.usageMessage().sectionMap().put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, this::options);
  }

  @Override
  public Integer call() {
    if (ofTables != null) {
      throw new ParameterException(
          spec.commandLine(),
          "searches in a table are a command of their own: "
              + Launcher.line("table", "search", "--table", "FILE")
              + ".");
    }
    final Optional<Path> resumed = run.resume();
    final boolean onlyEstimate = estimate.isGiven(resumed.isPresent());
    final SearchConfig whole =
        resumed.isPresent() ? resumed(resumed.get()) : resolved(Integer.MAX_VALUE);
    if (showConfig) {
      output.text(Json.pretty(ConfigFiles.used(whole)));
      return ExitCode.DONE;
    }
    parallel.require(onlyEstimate);
    place = ranks.place();
    ranks.require(place, whole);
    if (onlyEstimate && place.size() > 1) {
      throw new ParameterException(
          spec.commandLine(), "--estimate is about one process: it cannot stand beside --ranks.");
    }
    if (run.isFinished()) {
      return ExitCode.DONE;
    }
    final Optional<VerifyOption.Lookup> lookup = verify.read(whole);
    final ImageData images = skipBad.load(whole.data(), whole.form(), this::fitted);
    final SearchConfig config = resumed.isPresent() ? whole : resolved(images.training().count());
    if (onlyEstimate) {
      estimate.print(Search.estimate(config, images, this::notice), output);
      return ExitCode.DONE;
    }
    try (Signals signals = Signals.listen()) {
      return place.rank() == 0
          ? lead(config, images, resumed, signals, lookup)
          : follow(config, images, signals.stop());
    }
  }

  /** Searches, as the only rank or as the first of several. */
  private int lead(
      SearchConfig config,
      ImageData images,
      Optional<Path> resumed,
      Signals signals,
      Optional<VerifyOption.Lookup> lookup) {
    try (RunFolder folder =
            resumed.isPresent()
                ? RunFolder.resume(resumed.get(), config)
                : run.create("search", config);
        LocalRanks started = ranks.start(place, folder.path())) {
      signals.resumeWith("nao search --resume " + folder.path() + skipBad.again());
      try (Ranks all = meet(folder, signals.stop(), started)) {
        return search(folder, config, images, signals.stop(), all, lookup);
      } catch (RankException e) {
        final String sentence = e.getMessage() + "; " + howToGoOn(folder);
        if (!signals.stop().isRequested()) {
          throw new RankException(sentence);
        }
        notice(sentence);
        return ExitCode.of(signals.stop());
      }
    }
  }

  private Ranks meet(RunFolder folder, StopRequest stop, LocalRanks started) {
    return orNoFolder(folder, () -> ranks.host(place, folder.path(), stop, started));
  }

  private int search(
      RunFolder folder,
      SearchConfig config,
      ImageData images,
      StopRequest stop,
      Ranks all,
      Optional<VerifyOption.Lookup> lookup) {
    try (Search search = open(folder, config, images, stop, all)) {
      final Optional<SearchSummary> summary = search.run();
      if (summary.isPresent()) {
        search.end(ExitCode.DONE);
        final Optional<Verification> verified = lookup.map(each -> each.of(summary.get()));
        verified.ifPresent(each -> each.write(folder));
        print(config, summary.get(), search.latencies(), verified, folder.path());
        return ExitCode.DONE;
      }
      search.end(ExitCode.of(stop));
      notice("stopped; " + howToGoOn(folder));
      return ExitCode.of(stop);
    } catch (RuntimeException e) {
      all.abort("rank 0 has failed");
      throw e;
    }
  }

  private String howToGoOn(RunFolder folder) {
    return folder.checkpoint().load().isEmpty() && place.size() > 1
        ? "nothing was saved yet"
        : "go on with "
            + Launcher.line("search", "--resume", folder.path().toString())
            + skipBad.again();
  }

  /** Does what rank 0 says. */
  private int follow(SearchConfig config, ImageData images, StopRequest stop) {
    final Path folder =
        LocalRanks.folder()
            .or(run::folder)
            .orElseThrow(
                () ->
                    new ParameterException(
                        spec.commandLine(),
                        "several ranks need --out or --resume, the folder in which they meet."));
    try (Ranks all = ranks.join(place, folder, stop)) {
      try (Follower follower =
          new Follower(all, config, images, Version.line(), ranks.exchange())) {
        return follower.run();
      } catch (RankException e) {
        throw e;
      } catch (RuntimeException e) {
        all.abort(
            "rank %d (%s): %s"
                .formatted(place.rank(), ProcessName.ofThisProcess(), e.getMessage()));
        throw e;
      }
    } catch (RankException e) {
      if (!e.isTold() && !stop.isRequested()) {
        throw e;
      }
      return stop.isRequested() ? ExitCode.of(stop) : ExitCode.FAILED;
    }
  }

  private Search open(
      RunFolder folder, SearchConfig config, ImageData images, StopRequest stop, Ranks all) {
    return orNoFolder(
        folder,
        () -> {
          tensorBoard.mirror(folder);
          return new Search(
              folder,
              config,
              images,
              stop,
              this::notice,
              new Crew(all, Version.line(), ranks.exchange(), parallel.count()));
        });
  }

  /** A new run that cannot begin, for example for lack of its data, leaves no folder in the way. */
  private <T> T orNoFolder(RunFolder folder, Supplier<T> begin) {
    return run.resume().isEmpty() ? folder.orDiscard(begin) : begin.get();
  }

  /**
   * What all options make.
   *
   * @param images of the training set, to which what no option gives is fitted
   */
  private SearchConfig resolved(int images) {
    final FittingValues fitting = fitting(images);
    if (images < Integer.MAX_VALUE && !fitting.lowered().isEmpty()) {
      fitted(data.fitted(images, fitting, given().options()));
    }
    final Map<String, Object> values = new LinkedHashMap<>(given().values());
    values.putAll(fitting.lowered());
    final SearchConfig config =
        ConfigFiles.resolve(preset(), run.config(), values, given().options());
    // Those of a file, too.
    return ConfigFiles.resolve(
        config, Optional.empty(), Map.of("data", DataSource.place(config.data())));
  }

  private FittingValues fitting(int images) {
    final FittingValues fitting =
        new FittingValues(ConfigFiles.written(preset()), run.config(), given().values());
    SearchConfig.fit(fitting, images);
    return fitting;
  }

  private SearchConfig preset() {
    return Presets.of(algorithmName(), run.preset(), text("space"));
  }

  /** What the preset is for: the option's, else the file's, else NAO-V2. */
  private String algorithmName() {
    if (algorithm != null) {
      return algorithm;
    }
    final String ofFile = ofFile("algorithm");
    return ofFile.isEmpty() ? DEFAULT_ALGORITHM : ofFile;
  }

  /** What an option or else the file gives for a key; empty if neither does. */
  private String text(String key) {
    final Object given = given().values().get(key);
    return given == null ? ofFile(key) : given.toString();
  }

  private String ofFile(String key) {
    return run.config()
        .map(file -> file.values().path(key))
        .filter(JsonNode::isTextual)
        .map(JsonNode::asText)
        .orElse("");
  }

  private SearchConfig resumed(Path folder) {
    if (TableSearch.holdsOne(folder)) {
      throw new ParameterException(
          spec.commandLine(),
          "%s holds a search in a table; go on with %s."
              .formatted(folder, Launcher.line("table", "search", "--resume", folder.toString())));
    }
    return run.resumed(
        folder,
        SearchConfig.class,
        given(),
        new Given().putAll(data.where()).putAll(device.where()),
        false,
        () -> fitting(RunOptions.FEW_IMAGES).lowered().keySet(),
        RunOptions.BESIDE_RESUME_OF_SEARCH,
        () -> resolved(Integer.MAX_VALUE));
  }

  Given given() {
    return new Given()
        .putAll(run.given())
        .put("--algorithm", "algorithm", algorithm)
        .putAll(darts.given())
        .putAll(data.given())
        .putAll(device.given())
        .putAll(spaceOptions.given())
        .putAll(size.given())
        .putAll(training.given())
        .putAll(pool.given())
        .putAll(scoring.given())
        .putAll(supernet.given())
        .putAll(reranking.given());
  }

  /** The options in the help: those that the chosen algorithm uses. */
  private String options(Help help) {
    final UsedKeys used = UsedKeys.of(chosen());
    final Object scores = given().values().get("scoring");
    final Set<String> unused = new HashSet<>();
    given()
        .options()
        .forEach(
            (key, name) -> {
              if (!(scores instanceof Scoring given
                  ? used.contain(key, given)
                  : used.contain(key))) {
                unused.add(name);
              }
            });
    final CommandSpec shown = CommandSpec.create().usageMessage(spec.usageMessage());
    spec.options().stream()
        .filter(each -> Collections.disjoint(List.of(each.names()), unused))
        .forEach(each -> shown.addOption(OptionSpec.builder(each).build()));
    return new Help(shown, help.colorScheme()).optionList();
  }

  private Algorithm chosen() {
    try {
      return Algorithm.named(algorithmName());
    } catch (UserException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage() + ".", e);
    }
  }

  /** What is true of all ranks, only the first one says. */
  private void fitted(String sentence) {
    if (place == null || place.rank() == 0) {
      notice(sentence);
    }
  }

  private void notice(String sentence) {
    spec.commandLine().getErr().println(sentence);
    spec.commandLine().getErr().flush();
  }

  private void print(
      SearchConfig config,
      SearchSummary summary,
      Optional<LatencyFindings> latencies,
      Optional<Verification> verified,
      Path folder) {
    if (output.json()) {
      final ObjectNode object = summary.with(latencies);
      verified.ifPresent(each -> object.set("verified", Json.tree(each)));
      output.object(object);
    } else {
      new SearchReport(config, summary, latencies, folder).print(output);
      verified.ifPresent(each -> VerifyOption.print(each, output));
    }
  }
}
