package org.nao.network;

/** Names that NAO's authors give to the tensors of both supernet and stand-alone networks. */
final class AuthorsNames {

  private AuthorsNames() {}

  /** The name of a tensor of the factorized reduce at {@code path}. */
  static String reduce(String path, LayerTensor tensor) {
    return switch (tensor.role()) {
      case WEIGHT -> path + ".path" + (tensor.part() + 1) + ".1.weight";
      default -> path + ".bn." + tensor.role().suffix();
    };
  }

  /** The names of [ReLU, 1x1 convolution, BN] or [ReLU, factorized reduce] before a cell. */
  static Names calibration(int cell, int state) {
    return reluConvBn(
        "cells." + cell + ".maybe_calibrate_size.preprocess_" + (state == 0 ? "x" : "y"));
  }

  /** The names of [ReLU, 1x1 convolution, BN] or [ReLU, factorized reduce] at {@code path}. */
  static Names reluConvBn(String path) {
    return (layers, layer, tensor) ->
        layers.get(layer) instanceof Layer.Pointwise
            ? path + ".conv.weight"
            : layers.get(layer) instanceof Layer.BatchNorm
                ? path + ".bn." + tensor.role().suffix()
                : reduce(path, tensor);
  }

  /** The names of the auxiliary head. */
  static Names auxiliaryHead() {
    return (layers, layer, tensor) -> {
      final int group = Names.group(layers, layer);
      final String module =
          layers.get(layer) instanceof Layer.Linear
              ? "classifier"
              : layers.get(layer) instanceof Layer.BatchNorm ? "bn" + group : "conv" + group;
      return "auxiliary_head." + module + "." + tensor.role().suffix();
    };
  }
}
