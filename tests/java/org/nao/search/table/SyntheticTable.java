package org.nao.search.table;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A made-up benchmark: every edge adds to the accuracy according to its operation, convolutions
 * most, and the validation accuracy is two below the test accuracy.
 */
public final class SyntheticTable {
  public static final String HEADER = "id,cellstr,cifar10_val,cifar10_test";

  /** The best cell has this test accuracy. */
  public static final double BEST = 50 + 6 * 6;

  private static final double[] GAIN = {0, 3, 5, 6, 2};

  private SyntheticTable() {}

  /** The lines of the table, its header first. */
  public static List<String> lines() {
    final CellSpace space = new CellSpace();
    final List<String> lines = new ArrayList<>(CellSpace.SIZE + 1);
    lines.add(HEADER);
    for (int index = 0; index < CellSpace.SIZE; index++) {
      double test = 50;
      for (int rest = index; rest > 0; rest /= GAIN.length) {
        test += GAIN[rest % GAIN.length];
      }
      lines.add(
          String.format(
              Locale.ROOT,
              "%d,%s,%.2f,%.2f",
              index,
              space.write(space.cell(index)),
              test - 2,
              test));
    }
    return lines;
  }

  /** Writes the table into a folder. */
  public static Path write(Path folder) throws IOException {
    return Files.write(folder.resolve("table.csv"), lines());
  }
}
