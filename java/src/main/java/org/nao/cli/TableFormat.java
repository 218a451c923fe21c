package org.nao.cli;

import org.nao.search.table.CellSpace;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code nao table format}: what a file of the benchmark's accuracies looks like. */
@Command(name = "format", description = "Explains the table that the other commands take.")
final class TableFormat implements Runnable {
  @Mixin private Output output;

  @Override
  public void run() {
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
