package org.nao.network;

import org.nao.space.Cell;
import org.nao.space.SearchSpace;

/**
 * Where a network of NAO's or ENAS' cells halves height and width.
 *
 * <p>A reduction cell halves by its operations on its input states. In ENAS' supernet it reads the
 * cell before it twice instead, halved in two ways, and its operations keep their size.
 *
 * @param shared whether the network is a supernet
 */
record Halving(SearchSpace space, NetworkShape shape, boolean shared) {

  /** Whether both input states of a cell are the halved output of the cell before it. */
  boolean readsLastTwice(int cell) {
    return shared && space.isEnas() && shape.isReduction(cell);
  }

  /** Whether the calibration of input state {@code state} of a cell halves it. */
  boolean byCalibration(int cell, int state) {
    if (readsLastTwice(cell)) {
      return true;
    }
    if (cell == 0) {
      return state == 0 && shape.stem() == Stem.IMAGENET;
    }
    return state == 0 && shape.isReduction(cell - 1) && !readsLastTwice(cell - 1);
  }

  /** Whether what a cell does with a state halves it: an operation, or becoming output. */
  boolean byOperation(int cell, int state) {
    return shape.isReduction(cell) && !readsLastTwice(cell) && state < Cell.INPUTS;
  }
}
