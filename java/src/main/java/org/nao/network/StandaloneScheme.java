package org.nao.network;

import java.util.List;
import org.nao.network.Layer.BatchNorm;
import org.nao.network.Layer.FactorizedReduce;

/** Every operation of the one architecture has weights of its own. */
final class StandaloneScheme implements WeightScheme {

  @Override
  public boolean isShared() {
    return false;
  }

  @Override
  public Names operand(Operand operand) {
    return (layers, layer, tensor) ->
        layers.get(layer) instanceof FactorizedReduce
            ? AuthorsNames.reduce(operand.path(), tensor)
            : operand.path() + ".op." + layer + "." + tensor.role().suffix();
  }

  @Override
  public Block outputReduce(int cell, int state, int ordinal, int channels) {
    final String path = "cells." + cell + ".final_combine.ops." + ordinal;
    return new Block(
        LayerSequence.of(new FactorizedReduce(channels, channels, BatchNorm.of(channels))),
        (layers, layer, tensor) -> AuthorsNames.reduce(path, tensor));
  }

  /** The concatenation is the output as it is. */
  @Override
  public Block combine(int cell, List<Integer> states, int channels) {
    return Block.NOTHING;
  }
}
