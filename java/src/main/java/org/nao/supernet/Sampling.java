package org.nao.supernet;

import org.nao.error.InvalidValue;
import org.nao.space.SearchSpace;

/** Which architectures a training step takes. */
public enum Sampling {
  /** Of a pool, in proportion to the model size (paper, equation 1). */
  PROPORTIONAL,
  /** Of a pool or of the whole space, all with the same probability. */
  UNIFORM,
  /**
   * Of the whole space, so that every operation of every operand is trained once by the step's
   * architectures, as many as there are operations (Chu et al. 2021, strict fairness).
   */
  FAIR,
  /**
   * The largest and the smallest of the space, all others {@link #UNIFORM} (Yu et al. 2020, the
   * sandwich rule).
   */
  SANDWICH;

  /** The fewest architectures of a sandwich: the largest, the smallest and another. */
  public static final int LEAST_OF_SANDWICH = 3;

  /**
   * Checks the number of a fair step's architectures.
   *
   * @throws InvalidValue naming the right one
   */
  public static void requireFair(SearchSpace space, int perStep) {
    final int operations = space.choosable().length;
    if (perStep != operations) {
      throw new InvalidValue(
          "architecturesPerStep",
          "is %d, must be %d: a fair step trains each of the operations of %s once"
              .formatted(perStep, operations, space.title()));
    }
  }

  /**
   * Checks the number of a sandwich's architectures.
   *
   * @throws InvalidValue if there is no room for another beside the largest and the smallest
   */
  public static void requireSandwich(int perStep) {
    if (perStep < LEAST_OF_SANDWICH) {
      throw new InvalidValue(
          "architecturesPerStep",
          "is %d, must be at least %d: a sandwich is the largest, the smallest and others"
              .formatted(perStep, LEAST_OF_SANDWICH));
    }
  }
}
