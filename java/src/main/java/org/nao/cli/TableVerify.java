package org.nao.cli;

import java.nio.file.Path;
import java.util.List;
import org.nao.search.table.TableTruth;
import org.nao.study.winners.VerifiedSearches;
import org.nao.study.winners.VerifiedSearchesReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nao table verify}: finished searches beside each other. */
@Command(
    name = "verify",
    description =
        "Says what a table has of the best cells that searches found, which did not see it.",
    footer = {
      "",
      "Searches that differ in their seed alone count as one, repeated. Differences are of runs with"
          + " the same seed.",
      "",
      "Example:",
      "  nao table verify --table t.csv runs/v2-* runs/random-*"
    })
final class TableVerify implements Runnable {
  private static final double LEVEL = 0.95;

  @Option(
      names = "--table",
      paramLabel = "FILE",
      required = true,
      description = "The table, see nao table format.")
  private Path table;

  @Option(
      names = "--dataset",
      paramLabel = "DATASET",
      description = "Whose accuracies: cifar10 (default), cifar100 or imagenet.")
  private String dataset = "cifar10";

  @Parameters(
      paramLabel = "RUN",
      arity = "1..*",
      description = "Folders of finished searches in the space nasbench201.")
  private List<Path> folders;

  @Mixin private Output output;

  @Override
  public void run() {
    final List<VerifiedSearches.Finished> finished =
        folders.stream().map(Winner::finished).toList();
    final VerifiedSearches verified =
        VerifiedSearches.of(finished, new TableTruth(table, dataset), LEVEL);
    if (output.json()) {
      output.object(verified);
      return;
    }
    output.text(new VerifiedSearchesReport(verified, dataset).markdown());
  }
}
