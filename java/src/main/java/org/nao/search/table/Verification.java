package org.nao.search.table;

import java.nio.file.Path;
import java.util.List;
import org.nao.run.RunFolder;
import org.nao.run.SealedJson;
import org.nao.search.table.TableTruth.Column;

/**
 * What a table has of the cells that a search found without it.
 *
 * @param table file of the accuracies of all cells
 * @param dataset prefix of the table's columns
 * @param top as in the search's summary, best first
 */
public record Verification(String table, String dataset, List<Cell> top) {
  /** Its file in the folder of the search. */
  public static final String FILE = "verified.json";

  /**
   * A cell. Ranks are among all cells of the table, from 1.
   *
   * @param validationAccuracy a fraction
   * @param testAccuracy a fraction
   */
  public record Cell(
      String architecture,
      double validationAccuracy,
      int validationRank,
      double testAccuracy,
      int testRank) {}

  public Verification {
    top = List.copyOf(top);
  }

  /** Looks architectures up. */
  public static Verification of(
      Path table, String dataset, TableTruth truth, List<String> architectures) {
    return new Verification(
        table.toString(),
        dataset,
        architectures.stream()
            .map(
                each ->
                    new Cell(
                        each,
                        truth.accuracy(Column.VALIDATION, each),
                        truth.rank(Column.VALIDATION, each),
                        truth.accuracy(Column.TEST, each),
                        truth.rank(Column.TEST, each)))
            .toList());
  }

  /** Writes {@value #FILE} into the folder of a run. */
  public void write(RunFolder folder) {
    SealedJson.write(folder.path().resolve(FILE), this);
  }
}
