package org.nao.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** Searches in a table of accuracies instead of trainings. */
final class TableOptions {
  @Option(
      names = "--benchmark",
      paramLabel = "NAME",
      description =
          "nasbench201: search in the table of --table instead of training; repeated with many"
              + " seeds, random search and evolution beside it.")
  private String benchmark;

  @Option(
      names = "--table",
      paramLabel = "FILE",
      description =
          "The benchmark's accuracies as .csv, .csv.gz or .csv.xz, see nao data nasbench201.")
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
      names = "--queries",
      paramLabel = "Q",
      description = "Accuracies that a search in the table may ask for (default 200).")
  private Integer queries;

  @Option(
      names = "--runs",
      paramLabel = "R",
      description = "Searches in the table, with different seeds (quick 20, paper 500).")
  private Integer runs;

  /** What the user gave, by configuration key. */
  Map<String, Object> given() {
    final Map<String, Object> given = new LinkedHashMap<>();
    Given.put(given, "benchmark", benchmark);
    Given.put(given, "table", absolute(table));
    Given.put(given, "signal", absolute(signal));
    Given.put(given, "signalColumn", signalColumn);
    Given.put(given, "dataset", dataset);
    Given.put(given, "queries", queries);
    Given.put(given, "runs", runs);
    return given;
  }

  /** A run may be resumed from another folder. */
  private static String absolute(Path file) {
    return file == null ? null : file.toAbsolutePath().normalize().toString();
  }
}
