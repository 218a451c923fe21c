package org.nao.network;

import org.nao.space.Cell;
import org.nao.space.SearchSpace;

/** Where a network of NAO's or ENAS' cells halves height and width. */
record Halving(SearchSpace space, NetworkShape shape) {

  /** Whether the calibration of input state {@code state} of a cell halves it. */
  boolean byCalibration(int cell, int state) {
    final boolean fromBeforeReduction = state == 0 && cell > 0 && shape.isReduction(cell - 1);
    return fromBeforeReduction || space.halvesInputs() && shape.isReduction(cell);
  }

  /** Whether what a cell does with a state halves it: an operation, or becoming output. */
  boolean byOperation(int cell, int state) {
    return shape.isReduction(cell) && !space.halvesInputs() && state < Cell.INPUTS;
  }
}
