package org.nao.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.nao.search.table.CellSpace;
import org.nao.search.table.CellTable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nao data nasbench201}: the format of the benchmark's table, and whether a file has it. */
@Command(
    name = "nasbench201",
    description =
        "Explains the table that nao search --benchmark nasbench201 takes, or checks one.",
    mixinStandardHelpOptions = true)
final class DataNasBench201 implements Runnable {
  @Parameters(
      paramLabel = "FILE",
      arity = "0..1",
      description = "A table to check (default: only explain the format).")
  private Path table;

  @Option(
      names = "--dataset",
      paramLabel = "DATASET",
      description = "Whose accuracies to check: cifar10 (default), cifar100 or imagenet.")
  private String dataset = "cifar10";

  @Mixin private Output output;

  @Override
  public void run() {
    if (table == null) {
      explain();
    } else {
      check();
    }
  }

  private void check() {
    final CellTable cells = CellTable.read(table, dataset, Optional.empty(), Optional.empty());
    if (output.json()) {
      final Map<String, Object> result = new LinkedHashMap<>();
      result.put("table", table.toString());
      result.put("dataset", dataset);
      result.put("whole", true);
      result.put("cells", CellSpace.SIZE);
      result.put("bestTest", cells.bestTest());
      output.object(result);
    } else {
      output.line(
          String.format(
              Locale.ROOT,
              "%s is whole: %,d cells, the best has a test accuracy of %.3f%% on %s.",
              table,
              CellSpace.SIZE,
              cells.bestTest(),
              dataset));
    }
  }

  private void explain() {
    output.line(
        "NAS-Bench-201 (Dong and Yang, 2020): %,d cells and the accuracies of their networks."
            .formatted(CellSpace.SIZE));
    output.line("nao does not contain the accuracies. It reads a CSV file, plain, .gz or .xz:");
    output.line("");
    output.line("  id,cellstr,cifar10_val,cifar10_test");
    output.line(
        "  0,|avg_pool_3x3~0|+|none~0|skip_connect~1|"
            + "+|none~0|nor_conv_1x1~1|nor_conv_3x3~2|,81.98,85.86");
    output.line("  ...");
    output.line("");
    output.line("  id            any text, different for every cell");
    output.line("  cellstr       |op~0|+|op~0|op~1|+|op~0|op~1|op~2|, every cell once;");
    output.line("                op: " + String.join(", ", CellSpace.OPERATIONS));
    output.line("  cifar10_val   validation accuracy in percent; what a search sees");
    output.line("  cifar10_test  test accuracy in percent; what the report is about");
    output.line("");
    output.line("Columns may come in any order, others are ignored, nothing is quoted.");
    output.line(
        "--dataset X takes the columns X_val and X_test. --signal FILE lets the search see");
    output.line("a column of a second file with the same ids, for example accuracies after 12");
    output.line("epochs or with shared weights (--signal-column).");
  }
}
