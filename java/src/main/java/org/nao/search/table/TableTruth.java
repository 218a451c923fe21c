package org.nao.search.table;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The accuracies of all cells of NAS-Bench-201 after trainings of their own, from a file. */
public final class TableTruth {
  private static final double PERCENT = 100;

  private final CellSpace cells = new CellSpace();
  private final Map<Column, double[]> accuracies = new EnumMap<>(Column.class);
  private final Map<Column, double[]> ascending = new EnumMap<>(Column.class);

  /** Whose accuracies: of images kept for validation, or of test images. */
  public enum Column {
    /** Conditions are chosen by it. */
    VALIDATION("_val"),
    /** What is found is reported by it. */
    TEST("_test");

    private final String suffix;

    Column(String suffix) {
      this.suffix = suffix;
    }

    /** Its name in a table. */
    public String of(String dataset) {
      return dataset + suffix;
    }

    public String lower() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Reads and checks a table.
   *
   * @throws org.nao.run.RunException if it is not as {@link CellTable#read} wants it
   */
  public TableTruth(Path table, String dataset) {
    final CellTable read = CellTable.read(table, dataset, Optional.empty(), Optional.empty());
    final double[] validation = new double[CellSpace.SIZE];
    final double[] test = new double[CellSpace.SIZE];
    Arrays.setAll(validation, index -> read.signal(index) / PERCENT);
    Arrays.setAll(test, index -> read.test(index) / PERCENT);
    accuracies.put(Column.VALIDATION, validation);
    accuracies.put(Column.TEST, test);
    accuracies.forEach(
        (column, values) -> ascending.put(column, Arrays.stream(values).sorted().toArray()));
  }

  /** A cell's accuracy, a fraction. */
  public double accuracy(Column column, String cell) {
    return accuracies.get(column)[cells.index(cells.parse(cell))];
  }

  /** The place of a cell among all of the table, from 1; of equal accuracies the best one. */
  public int rank(Column column, String cell) {
    final double own = accuracy(column, cell);
    final double[] values = ascending.get(column);
    int better = 0;
    while (better < values.length && values[values.length - 1 - better] > own) {
      better++;
    }
    return better + 1;
  }
}
