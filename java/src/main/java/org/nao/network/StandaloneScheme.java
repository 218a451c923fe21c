package org.nao.network;

import java.util.List;
import java.util.Optional;
import org.nao.network.Block.BatchNorm;
import org.nao.network.Block.Combine;
import org.nao.network.Block.FactorizedReduce;
import org.nao.network.Block.SeparableConv;
import org.nao.network.Block.SeparableHalf;

/** Every operation of the one architecture has weights of its own. */
final class StandaloneScheme implements WeightScheme {

  @Override
  public SeparableConv separableConv(Operand operand, int channels, int kernel) {
    return new SeparableConv(
        half(operand, 1, channels, kernel), half(operand, 5, channels, kernel));
  }

  /** Named like the first half of a separable convolution; no published weights have such names. */
  @Override
  public SeparableHalf dilatedConv(Operand operand, int channels, int kernel) {
    return half(operand, 1, channels, kernel);
  }

  /** {@code first}: position of the depthwise convolution in the authors' sequence of layers. */
  private static SeparableHalf half(Operand operand, int first, int channels, int kernel) {
    String path = operand.path() + ".op.";
    return SeparableHalf.of(
        path + first + ".weight",
        path + (first + 1) + ".weight",
        BatchNorm.of(path + (first + 2), channels),
        channels,
        kernel);
  }

  @Override
  public FactorizedReduce reducedIdentity(Operand operand, int channels) {
    return FactorizedReduce.of(operand.path(), channels, channels);
  }

  @Override
  public FactorizedReduce outputReduce(int cell, int state, int ordinal, int channels) {
    return FactorizedReduce.of(
        "cells." + cell + ".final_combine.ops." + ordinal, channels, channels);
  }

  @Override
  public Optional<Combine> combine(int cell, List<Integer> states, int channels) {
    return Optional.empty();
  }
}
