package org.nao.network;

import java.util.List;
import java.util.Optional;
import org.nao.network.Block.Combine;
import org.nao.network.Block.FactorizedReduce;
import org.nao.network.Block.SeparableConv;
import org.nao.network.Block.SeparableHalf;

/** Which tensors the parts of a cell use; supernet and stand-alone networks differ in no more. */
interface WeightScheme {

  /** A separable convolution of {@code channels} channels. */
  SeparableConv separableConv(Operand operand, int channels, int kernel);

  /** A dilated convolution. */
  SeparableHalf dilatedConv(Operand operand, int channels, int kernel);

  /** The identity with stride 2. */
  FactorizedReduce reducedIdentity(Operand operand, int channels);

  /**
   * What halves an unused input state of a reduction cell before it becomes output.
   *
   * @param ordinal how many of the cell's states were halved so before
   */
  FactorizedReduce outputReduce(int cell, int state, int ordinal, int channels);

  /** The convolution that brings the unused states back to C channels; empty if none does. */
  Optional<Combine> combine(int cell, List<Integer> states, int channels);
}
