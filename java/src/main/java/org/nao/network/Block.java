package org.nao.network;

import java.util.ArrayList;
import java.util.List;

/**
 * Layers whose tensors have names. Every part of a network but the sums and concatenations between
 * parts is a block; programs, tables of tensors and sizes are all made of the same ones.
 */
public record Block(LayerSequence sequence, Names names) {

  /** The value itself. */
  static final Block NOTHING = new Block(LayerSequence.EMPTY, Names.sequence(""));

  /** The tensors of layer {@code number} under their names. */
  List<ParameterSpec> tensors(int number) {
    final List<Layer> layers = sequence.layers();
    final List<ParameterSpec> named = new ArrayList<>();
    for (final LayerTensor tensor : layers.get(number).tensors()) {
      named.add(tensor.named(names.of(layers, number, tensor)));
    }
    return named;
  }

  /** All tensors in the order of their use. */
  List<ParameterSpec> tensors() {
    final List<ParameterSpec> all = new ArrayList<>();
    for (int i = 0; i < sequence.layers().size(); i++) {
      all.addAll(tensors(i));
    }
    return all;
  }
}
