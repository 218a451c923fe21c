package org.nao.cli;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.nao.error.UserException;
import org.nao.search.config.SearchConfig;
import org.nao.search.session.SearchSummary;
import org.nao.search.table.CellSpace;
import org.nao.search.table.TableTruth;
import org.nao.search.table.TableTruth.Column;
import org.nao.search.table.Verification;
import picocli.CommandLine.Option;

/** A table that tells at the end how good the cells are that a search found without it. */
final class VerifyOption {
  private static final String DATASET = "cifar10";

  @Option(
      names = "--verify-with",
      paramLabel = "FILE",
      description =
          "In the space nasbench201: accuracies of all cells as nao table reads them, which the"
              + " search does not see; those on CIFAR-10 of the cells it found are told at the end.")
  private Path table;

  /** Looks architectures up. */
  interface Lookup {
    Verification of(SearchSummary found);
  }

  /**
   * Reads and checks the table; empty if none is given.
   *
   * @throws UserException if the search is in another space
   */
  Optional<Lookup> read(SearchConfig config) {
    if (table == null) {
      return Optional.empty();
    }
    if (!config.searchSpace().hasEdgeCells()) {
      throw new UserException(
          "--verify-with has cells of nasbench201, the search is in %s".formatted(config.space()));
    }
    final TableTruth truth = new TableTruth(table, DATASET);
    return Optional.of(
        found ->
            Verification.of(
                table.toAbsolutePath().normalize(),
                DATASET,
                truth,
                found.top().stream().map(SearchSummary.Found::architecture).toList()));
  }

  /** Tells a person. */
  static void print(Verification verified, Output output) {
    output.line("");
    output.line(
        String.format(
            Locale.ROOT,
            "architecture  %s    rank  %s    rank of %,d",
            Column.VALIDATION.of(verified.dataset()),
            Column.TEST.of(verified.dataset()),
            CellSpace.SIZE));
    for (int i = 0; i < verified.top().size(); i++) {
      final Verification.Cell cell = verified.top().get(i);
      output.line(
          String.format(
              Locale.ROOT,
              "%12d  %10.2f%%  %,6d  %11.2f%%  %,6d",
              i + 1,
              100 * cell.validationAccuracy(),
              cell.validationRank(),
              100 * cell.testAccuracy(),
              cell.testRank()));
    }
  }
}
