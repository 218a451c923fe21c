package org.nao.network;

import java.util.List;
import java.util.Optional;
import org.nao.network.Block.BatchNorm;
import org.nao.network.Block.Combine;
import org.nao.network.Block.FactorizedReduce;
import org.nao.network.Block.SeparableConv;
import org.nao.network.Block.SeparableHalf;

/**
 * Shared weights: at each cell, node and side every operation has one set per state it may read.
 *
 * <p>Running statistics of separable and dilated convolutions are shared over those states.
 */
final class SupernetScheme implements WeightScheme {

  @Override
  public SeparableConv separableConv(Operand operand, int channels, int kernel) {
    return new SeparableConv(
        half(operand, 1, channels, kernel), half(operand, 2, channels, kernel));
  }

  /** Named like the first half of a separable convolution; no published weights have such names. */
  @Override
  public SeparableHalf dilatedConv(Operand operand, int channels, int kernel) {
    return half(operand, 1, channels, kernel);
  }

  private static SeparableHalf half(Operand operand, int number, int channels, int kernel) {
    String path = operand.path() + "." + operand.operation() + ".";
    String suffix = "." + operand.input();
    return SeparableHalf.of(
        path + "W" + number + "_depthwise" + suffix,
        path + "W" + number + "_pointwise" + suffix,
        BatchNorm.of(path + "bn" + number, suffix, channels),
        channels,
        kernel);
  }

  @Override
  public FactorizedReduce reducedIdentity(Operand operand, int channels) {
    String path = operand.path() + "." + operand.operation() + ".reduce." + operand.input();
    return FactorizedReduce.of(path, channels, channels);
  }

  @Override
  public FactorizedReduce outputReduce(int cell, int state, int ordinal, int channels) {
    return FactorizedReduce.of("cells." + cell + ".fac_" + (state + 1), channels, channels)
        .keepingRunning();
  }

  @Override
  public Optional<Combine> combine(int cell, List<Integer> states, int channels) {
    String path = "cells." + cell + ".final_combine_conv.";
    List<ParameterSpec> weights =
        states.stream()
            .map(state -> ParameterSpec.convolution(path + "w." + state, channels, channels, 1))
            .toList();
    return Optional.of(new Combine(channels, weights, BatchNorm.of(path + "bn", channels)));
  }
}
