package org.nao.space;

import org.nao.error.UserException;

/**
 * An architecture: the cell that keeps the image size and the cell that halves it.
 *
 * <p>Equality is literal; {@link SearchSpace#canonical} recognises the same graph written
 * differently.
 *
 * @param normal the cell repeated N times between reductions
 * @param reduction the cell with stride 2, of as many nodes
 */
public record Architecture(Cell normal, Cell reduction) {

  public Architecture {
    if (normal.nodes().size() != reduction.nodes().size()) {
      throw new UserException(
          "the normal cell has "
              + normal.nodes().size()
              + " nodes and the reduction cell "
              + reduction.nodes().size()
              + ": they must have as many");
    }
  }
}
