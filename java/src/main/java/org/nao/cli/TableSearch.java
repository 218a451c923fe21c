package org.nao.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.nao.run.ConfigFiles;
import org.nao.run.Json;
import org.nao.run.RunFolder;
import org.nao.run.Signals;
import org.nao.search.table.CellTable;
import org.nao.search.table.RepeatedSearch;
import org.nao.search.table.SearchRun;
import org.nao.search.table.TableConfig;
import org.nao.search.table.TableSummary;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** {@code nao search --benchmark}: searches in a table, repeated with many seeds. */
final class TableSearch {
  private static final String BENCHMARK = "benchmark";
  private static final String DEFAULT_PRESET = "quick";

  /** Of the options for trained searches. */
  private static final Set<String> COMMON_KEYS = Set.of("seed", "threads", "algorithm");

  private final CommandSpec spec;
  private final RunOptions run;
  private final Output output;
  private final Map<String, Object> tableGiven;
  private final Map<String, Object> otherGiven;

  /**
   * @param tableGiven options of the table, by configuration key
   * @param otherGiven all other options
   */
  TableSearch(
      CommandSpec spec,
      RunOptions run,
      Output output,
      Map<String, Object> tableGiven,
      Map<String, Object> otherGiven) {
    this.spec = spec;
    this.run = run;
    this.output = output;
    this.tableGiven = tableGiven;
    this.otherGiven = otherGiven;
  }

  /** Whether the options, or the run or file they name, are about a table. */
  boolean requested() {
    final Optional<Path> file = run.resume().map(RunFolder::configFile).or(run::config);
    return !tableGiven.isEmpty()
        || file.map(Json::readObject).map(config -> config.has(BENCHMARK)).orElse(false);
  }

  /** The configuration of a run to resume, or the one that preset, file and options make. */
  TableConfig config() {
    if (run.resume().isPresent()) {
      return resumed(run.resume().get());
    }
    if (!COMMON_KEYS.containsAll(otherGiven.keySet())) {
      throw new ParameterException(
          spec.commandLine(),
          "--benchmark searches in a table; of the options for trained searches only --algorithm,"
              + " --seed and --threads may stand beside it.");
    }
    if (run.config().isEmpty() && !tableGiven.containsKey(BENCHMARK)) {
      throw new ParameterException(
          spec.commandLine(),
          "the options of a table need --benchmark " + TableConfig.NAS_BENCH_201 + ".");
    }
    tableGiven.putAll(otherGiven);
    final TableConfig config =
        ConfigFiles.resolve(
            TableConfig.preset(run.preset().orElse(DEFAULT_PRESET)), run.config(), tableGiven);
    if (config.table().isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          "--benchmark needs --table FILE with the accuracies, see nao data nasbench201.");
    }
    return config;
  }

  private TableConfig resumed(Path folder) {
    if (!Set.of("runs").containsAll(tableGiven.keySet())
        || !Set.of("threads").containsAll(otherGiven.keySet())
        || run.preset().isPresent()
        || run.config().isPresent()) {
      throw new ParameterException(
          spec.commandLine(),
          "--resume goes on with the configuration of the run; of the other options only --runs,"
              + " --threads and --json may stand beside it.");
    }
    tableGiven.putAll(otherGiven);
    return ConfigFiles.resolve(
        ConfigFiles.read(RunFolder.configFile(folder), TableConfig.class),
        Optional.empty(),
        tableGiven);
  }

  /** Searches in a run folder, new at {@code out} or the one to resume. */
  int call(TableConfig config, Path out) {
    final CellTable table =
        CellTable.read(
            Path.of(config.table()),
            config.dataset(),
            given(config.signal()).map(Path::of),
            given(config.signalColumn()));
    final Optional<Path> resumed = run.resume();
    try (Signals signals = Signals.listen();
        RunFolder folder =
            resumed.isPresent()
                ? RunFolder.resume(resumed.get(), config)
                : RunFolder.create(out, config)) {
      final List<SearchRun> runs =
          new RepeatedSearch(config, table, folder.events(), signals.stop()).run();
      if (signals.stop().isRequested()) {
        spec.commandLine()
            .getErr()
            .println("stopped; go on with nao search --resume " + folder.path());
        spec.commandLine().getErr().flush();
        return ExitCode.of(signals.stop());
      }
      final TableSummary summary = TableSummary.of(config, table, runs);
      folder.writeSummary(summary);
      final TableReport report = new TableReport(summary, folder.path());
      report.writeFiles();
      if (output.json()) {
        output.object(summary);
      } else {
        report.print(output);
      }
      return ExitCode.DONE;
    }
  }

  private static Optional<String> given(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }
}
