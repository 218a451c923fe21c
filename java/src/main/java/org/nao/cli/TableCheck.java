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

/** {@code nao table check}: reads everything; the reader's sentence tells what is wrong. */
@Command(name = "check", description = "Reads a table completely and says whether it is whole.")
final class TableCheck implements Runnable {
  @Parameters(paramLabel = "FILE", description = "The table, see nao table format.")
  private Path table;

  @Option(
      names = "--dataset",
      paramLabel = "DATASET",
      description = "Whose accuracies to check: cifar10 (default), cifar100 or imagenet.")
  private String dataset = "cifar10";

  @Mixin private Output output;

  @Override
  public void run() {
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
}
