package org.nao.search.table;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.nao.error.UserException;
import org.nao.search.tokens.Objective;

/**
 * The accuracies of all cells of NAS-Bench-201. A table is a file with the columns {@code id},
 * {@code cellstr}, {@code <dataset>_val} and {@code <dataset>_test}, accuracies in percent; other
 * columns are ignored. A search sees its signal only: the table's validation accuracy, or a column
 * of a second file with the same ids, such as the accuracies after fewer epochs.
 */
public final class CellTable implements Objective {
  private static final String ID = "id";
  private static final String CELL = "cellstr";
  private static final double MOST_PERCENT = 100;
  private static final int NONE = -1;

  private final CellSpace space = new CellSpace();
  private final double[] signal = new double[CellSpace.SIZE];
  private final double[] test = new double[CellSpace.SIZE];

  private CellTable() {}

  /**
   * Reads and checks a table.
   *
   * @param dataset prefix of the accuracy columns, for example {@code cifar10}
   * @param signal a second file, with {@code id} and the signal's column; where it has a column
   *     {@code cellstr}, that must agree
   * @param column of the signal; {@code <dataset>_val} if not given
   * @throws org.nao.run.RunException in one sentence: an unreadable file, a missing column, an
   *     empty field, text for a number, an id or a cell twice, cells that are missing
   */
  public static CellTable read(
      Path table, String dataset, Optional<Path> signal, Optional<String> column) {
    final CellTable cells = new CellTable();
    final String validation = dataset + "_val";
    final CsvFile csv = CsvFile.read(table);
    final Map<String, Integer> indices = cells.indices(csv);
    accuracies(csv, validation, indices, cells.signal);
    accuracies(csv, dataset + "_test", indices, cells.test);
    if (signal.isPresent()) {
      final CsvFile other = CsvFile.read(signal.get());
      other.column(column.orElse(validation));
      cells.checkSame(other, indices);
      numbers(other, column.orElse(validation), indices, cells.signal);
    } else if (column.isPresent()) {
      numbers(csv, column.get(), indices, cells.signal);
    }
    return cells;
  }

  /** The cells. */
  public CellSpace space() {
    return space;
  }

  @Override
  public double[] score(List<int[]> candidates) {
    return candidates.stream().mapToDouble(each -> signal[space.index(each)]).toArray();
  }

  /** What a search sees of the cell of that {@link CellSpace#index}. */
  public double signal(int index) {
    return signal[index];
  }

  /** The test accuracy of that cell, in percent. */
  public double test(int index) {
    return test[index];
  }

  /** The best test accuracy of all, in percent. */
  public double bestTest() {
    return Arrays.stream(test).max().orElseThrow();
  }

  /** The index of the cell of every id. */
  private Map<String, Integer> indices(CsvFile csv) {
    final int id = csv.column(ID);
    final int cell = csv.column(CELL);
    final Map<String, Integer> indices = new HashMap<>();
    final int[] rows = new int[CellSpace.SIZE];
    Arrays.fill(rows, NONE);
    for (int row = 0; row < csv.rows(); row++) {
      final int index = cell(csv, row, cell);
      if (indices.put(csv.text(row, id), index) != null) {
        throw csv.mistake(row, "id '%s' is there twice".formatted(csv.text(row, id)));
      }
      if (rows[index] != NONE) {
        throw csv.mistake(
            row,
            "cell '%s' is there twice, first in line %d"
                .formatted(csv.text(row, cell), csv.line(rows[index])));
      }
      rows[index] = row;
    }
    for (int index = 0; index < rows.length; index++) {
      if (rows[index] == NONE) {
        throw csv.mistake(
            "the table has %d of the %d cells, missing is for example %s"
                .formatted(csv.rows(), rows.length, space.write(space.cell(index))));
      }
    }
    return indices;
  }

  /** Checks that a second file has the same ids, each once. */
  private void checkSame(CsvFile csv, Map<String, Integer> indices) {
    final int id = csv.column(ID);
    final Set<String> seen = new HashSet<>();
    for (int row = 0; row < csv.rows(); row++) {
      final String text = csv.text(row, id);
      final Integer index = indices.get(text);
      if (index == null) {
        throw csv.mistake(row, "the table has no id '%s'".formatted(text));
      }
      if (!seen.add(text)) {
        throw csv.mistake(row, "id '%s' is there twice".formatted(text));
      }
      if (csv.has(CELL) && cell(csv, row, csv.column(CELL)) != index) {
        throw csv.mistake(row, "id '%s' is another cell in the table".formatted(text));
      }
    }
    if (seen.size() < indices.size()) {
      final String missing =
          indices.keySet().stream().filter(each -> !seen.contains(each)).sorted().findFirst().get();
      throw csv.mistake(
          "the file has %d of the table's %d ids, missing is for example '%s'"
              .formatted(seen.size(), indices.size(), missing));
    }
  }

  private int cell(CsvFile csv, int row, int column) {
    try {
      return space.index(space.parse(csv.text(row, column)));
    } catch (UserException e) {
      throw csv.mistake(row, e.getMessage());
    }
  }

  private static void accuracies(
      CsvFile csv, String column, Map<String, Integer> indices, double[] target) {
    fill(csv, column, indices, target, 0, MOST_PERCENT);
  }

  private static void numbers(
      CsvFile csv, String column, Map<String, Integer> indices, double[] target) {
    fill(csv, column, indices, target, -Double.MAX_VALUE, Double.MAX_VALUE);
  }

  private static void fill(
      CsvFile csv,
      String name,
      Map<String, Integer> indices,
      double[] target,
      double least,
      double most) {
    final int id = csv.column(ID);
    final int column = csv.column(name);
    for (int row = 0; row < csv.rows(); row++) {
      target[indices.get(csv.text(row, id))] = csv.number(row, column, least, most);
    }
  }
}
