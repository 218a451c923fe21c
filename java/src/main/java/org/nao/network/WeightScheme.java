package org.nao.network;

import java.util.List;

/**
 * Which tensors the parts of a cell use, and how the states that nobody read become its output;
 * supernet and stand-alone networks differ in no more.
 */
interface WeightScheme {

  /** Whether all architectures share the tensors. */
  boolean isShared();

  /** Names of an operand's tensors. */
  Names operand(Operand operand);

  /**
   * What halves an unused input state of a reduction cell before it becomes output.
   *
   * @param ordinal how many of the cell's states were halved so before
   */
  Block outputReduce(int cell, int state, int ordinal, int channels);

  /**
   * What the concatenated unused states go through.
   *
   * @param channels of each state
   */
  Block combine(int cell, List<Integer> states, int channels);
}
