package org.nao.network;

import java.util.List;

/** What the tensors of a block are called in files of weights. */
@FunctionalInterface
public interface Names {

  /**
   * The name of a tensor.
   *
   * @param layers of the block
   * @param layer index of the one that takes the tensor
   */
  String of(List<Layer> layers, int layer, LayerTensor tensor);

  /** Names as PyTorch gives them to a sequence of modules: {@code path.1.weight}. */
  static Names sequence(String path) {
    return (layers, layer, tensor) -> path + "." + layer + "." + tensor.role().suffix();
  }

  /** The number, from 1, of the group of layers up to a normalisation that a layer is in. */
  static int group(List<Layer> layers, int layer) {
    int before = 0;
    for (final Layer each : layers.subList(0, layer)) {
      before += each instanceof Layer.BatchNorm ? 1 : 0;
    }
    return before + 1;
  }
}
