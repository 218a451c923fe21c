package org.nao.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.nao.run.ConfigFiles;
import org.nao.run.Input;
import org.nao.run.Json;
import org.nao.run.RunFolder;
import org.nao.run.SealedJson;
import org.nao.run.Sha256;
import org.nao.run.Signals;
import org.nao.search.table.CellTable;
import org.nao.search.table.RepeatedSearch;
import org.nao.search.table.SearchRun;
import org.nao.search.table.TableConfig;
import org.nao.search.table.TableReport;
import org.nao.search.table.TableSummary;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code nao table search}: searches in a table, repeated with many seeds. */
@Command(
    name = "search",
    description =
        "Searches in NAS-Bench-201 many times, with random search and evolution beside it.",
    footer = {
      "",
      "Examples:",
      "  nao table search --table t.csv                 20 searches of each kind",
      "  nao table search --table t.csv --preset paper  500 of each",
      "  nao table search --resume runs/t --runs 1000   go on, with more searches"
    })
final class TableSearch implements Callable<Integer> {
  private static final String RUNS = "runs";
  private static final String THREADS = "threads";

  @Spec private CommandSpec spec;
  @Mixin private RunOptions run;
  @Mixin private Output output;

  @Option(
      names = "--table",
      paramLabel = "FILE",
      description = "The benchmark's accuracies as .csv, .csv.gz or .csv.xz, see nao table format.")
  private Path table;

  @Option(
      names = "--signal",
      paramLabel = "FILE",
      description =
          "A second such file, for what the search sees, for example accuracies after 12 epochs"
              + " (default: the table's validation accuracy).")
  private Path signal;

  @Option(
      names = "--signal-column",
      paramLabel = "NAME",
      description = "The column of that file (default: DATASET_val).")
  private String signalColumn;

  @Option(
      names = "--dataset",
      paramLabel = "DATASET",
      description = "Whose accuracies: cifar10 (default), cifar100 or imagenet.")
  private String dataset;

  @Option(
      names = "--algorithm",
      paramLabel = "NAME",
      description = "What the report is about: ${bundle:tableAlgorithms}.")
  private String algorithm;

  @Option(
      names = "--queries",
      paramLabel = "Q",
      description = "Accuracies that a search may ask for (default 200).")
  private Integer queries;

  @Option(
      names = "--runs",
      paramLabel = "R",
      description = "Searches with different seeds (quick 20, paper 500).")
  private Integer runs;

  @Option(
      names = "--threads",
      paramLabel = "T",
      description = "Searches at a time; 0 for all that this process may use.")
  private Integer threads;

  @Option(
      names = "--show-config",
      description = "Only print the configuration that all options make, as --config takes it.")
  private boolean showConfig;

  /** Whether a folder holds such a run. */
  static boolean holdsOne(Path folder) {
    return RunFolder.holdsRun(folder)
        && SealedJson.read(RunFolder.configFile(folder)).has("benchmark");
  }

  @Override
  public Integer call() {
    final Optional<Path> resumed = run.resume();
    final TableConfig config = resumed.isPresent() ? resumed(resumed.get()) : resolved();
    if (showConfig) {
      output.text(Json.pretty(ConfigFiles.used(config)));
      return ExitCode.DONE;
    }
    final CellTable cells =
        CellTable.read(
            Path.of(config.table()),
            config.dataset(),
            given(config.signal()).map(Path::of),
            given(config.signalColumn()));
    try (Signals signals = Signals.listen();
        RunFolder folder =
            resumed.isPresent()
                ? RunFolder.resume(resumed.get(), config)
                : run.create("table", config)) {
      signals.resumeWith("nao table search --resume " + folder.path());
      folder.tieTo(inputs(config));
      final List<SearchRun> done =
          new RepeatedSearch(config, cells, folder.events(), signals.stop()).run();
      if (signals.stop().isRequested()) {
        spec.commandLine()
            .getErr()
            .println(
                "stopped; go on with "
                    + Launcher.line("table", "search", "--resume", folder.path().toString()));
        spec.commandLine().getErr().flush();
        return ExitCode.of(signals.stop());
      }
      report(TableSummary.of(config, cells, done), folder);
      return ExitCode.DONE;
    }
  }

  private void report(TableSummary summary, RunFolder folder) {
    folder.writeSummary(summary);
    final TableReport report = new TableReport(summary, folder.path());
    report.writeFiles();
    if (output.json()) {
      output.object(summary);
    } else {
      output.text(report.text());
    }
  }

  private TableConfig resolved() {
    final Given given = given();
    final TableConfig config =
        ConfigFiles.resolve(
            TableConfig.preset(run.preset()), run.config(), given.values(), given.options());
    if (config.table().isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          "--table FILE with the accuracies is needed, see "
              + Launcher.line("table", "format")
              + ".");
    }
    return config;
  }

  /** A run goes on as it began, but there may be more searches, or more at a time. */
  private TableConfig resumed(Path folder) {
    return run.resumed(
        folder,
        TableConfig.class,
        given(),
        new Given().put("--runs", RUNS, runs).put("--threads", THREADS, threads),
        false,
        Set::of,
        "--runs, --threads and --json",
        this::resolved);
  }

  private Given given() {
    return new Given()
        .putAll(run.given())
        .put("--table", "table", absolute(table))
        .put("--signal", "signal", absolute(signal))
        .put("--signal-column", "signalColumn", signalColumn)
        .put("--dataset", "dataset", dataset)
        .put("--algorithm", "algorithm", algorithm)
        .put("--queries", "queries", queries)
        .put("--runs", RUNS, runs)
        .put("--threads", THREADS, threads);
  }

  /** A run may be resumed from another folder. */
  private static String absolute(Path file) {
    return file == null ? null : file.toAbsolutePath().normalize().toString();
  }

  private static List<Input> inputs(TableConfig config) {
    return Stream.of(config.table(), config.signal())
        .filter(file -> !file.isEmpty())
        .map(file -> new Input("table", file, Sha256.of(Path.of(file))))
        .toList();
  }

  private static Optional<String> given(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }
}
