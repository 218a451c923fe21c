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
    String path = operand.path() + ".op.";
    return new SeparableConv(half(path, 1, channels, kernel), half(path, 5, channels, kernel));
  }

  /** {@code first}: position of the depthwise convolution in the authors' sequence of layers. */
  private static SeparableHalf half(String path, int first, int channels, int kernel) {
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
