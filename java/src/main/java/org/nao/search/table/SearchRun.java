package org.nao.search.table;

import java.util.List;

/**
 * One search with one seed.
 *
 * @param algorithm its name
 * @param run number of the repetition, from 0
 * @param queried {@link CellSpace#index} of the cells whose accuracy it asked for, in order
 */
public record SearchRun(String algorithm, int run, List<Integer> queried) {

  /** Copies the list. */
  public SearchRun {
    queried = List.copyOf(queried);
  }

  /** The test accuracy of the best cell by signal, the first of equals, after every query. */
  double[] found(CellTable table) {
    final double[] found = new double[queried.size()];
    int best = queried.get(0);
    for (int i = 0; i < found.length; i++) {
      if (table.signal(queried.get(i)) > table.signal(best)) {
        best = queried.get(i);
      }
      found[i] = table.test(best);
    }
    return found;
  }
}
