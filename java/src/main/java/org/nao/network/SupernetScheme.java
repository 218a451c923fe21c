package org.nao.network;

import java.util.Collections;
import java.util.List;
import org.nao.network.Layer.BatchNorm;
import org.nao.network.Layer.Conv;
import org.nao.network.Layer.FactorizedReduce;
import org.nao.network.Layer.Pointwise;
import org.nao.network.Layer.Relu;

/**
 * Shared weights: at each cell, node and side every operation has one set per state it may read.
 *
 * <p>Running statistics of an operation's convolutions are shared over those states.
 */
final class SupernetScheme implements WeightScheme {

  @Override
  public boolean isShared() {
    return true;
  }

  @Override
  public Names operand(Operand operand) {
    return (layers, layer, tensor) -> {
      final String path = operand.path() + "." + operand.operation() + ".";
      if (layers.get(layer) instanceof FactorizedReduce) {
        return AuthorsNames.reduce(path + "reduce." + operand.input(), tensor);
      }
      final int group = Names.group(layers, layer);
      return switch (tensor.role()) {
        case MEAN, VARIANCE -> path + "bn" + group + "." + tensor.role().suffix();
        case SCALE, SHIFT ->
            path + "bn" + group + "." + tensor.role().suffix() + "." + operand.input();
        case WEIGHT, BIAS ->
            path + "W" + group + "_" + module(layers.get(layer)) + "." + operand.input();
      };
    };
  }

  private static String module(Layer layer) {
    if (layer instanceof Conv conv) {
      return "conv_%dx%d".formatted(conv.kernel().y(), conv.kernel().x());
    }
    return layer instanceof Pointwise ? "pointwise" : "depthwise";
  }

  @Override
  public Block outputReduce(int cell, int state, int ordinal, int channels) {
    final String path = "cells." + cell + ".fac_" + (state + 1);
    final BatchNorm norm = new BatchNorm(channels, true, true);
    return new Block(
        LayerSequence.of(new FactorizedReduce(channels, channels, norm)),
        (layers, layer, tensor) -> AuthorsNames.reduce(path, tensor));
  }

  /** [ReLU, 1x1 convolution, BN] back to the channels of one state. */
  @Override
  public Block combine(int cell, List<Integer> states, int channels) {
    final String path = "cells." + cell + ".final_combine_conv.";
    final List<Integer> in = Collections.nCopies(states.size(), channels);
    return new Block(
        LayerSequence.of(new Relu(), new Pointwise(in, channels), BatchNorm.of(channels)),
        (layers, layer, tensor) ->
            layers.get(layer) instanceof BatchNorm
                ? path + "bn." + tensor.role().suffix()
                : path + "w." + states.get(tensor.part()));
  }
}
