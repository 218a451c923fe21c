package org.nao.network;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.function.UnaryOperator;

/**
 * Layers whose tensors have names. Every part of a network but the sums and concatenations between
 * parts is a block; programs, tables of tensors and sizes are all made of the same ones.
 */
public final class Block {

  /** The value itself. */
  static final Block NOTHING = new Block(LayerSequence.EMPTY, Names.sequence(""));

  private final LayerSequence sequence;
  private final Names names;

  /** How its tensors are drawn, if not as each layer's are. */
  private final UnaryOperator<LayerTensor> drawn;

  /** Per layer; made when they are first asked for, since a block that is only counted has none. */
  private volatile List<List<ParameterSpec>> tensors;

  /** What the last table that was asked said: a supernet's programs all ask the same one. */
  private volatile Indexed latest;

  private record Indexed(ToIntFunction<ParameterSpec> table, int[][] indices) {}

  /** The layers, and how their tensors are called. */
  public Block(LayerSequence sequence, Names names) {
    this(sequence, names, UnaryOperator.identity());
  }

  private Block(LayerSequence sequence, Names names, UnaryOperator<LayerTensor> drawn) {
    this.sequence = sequence;
    this.names = names;
    this.drawn = drawn;
  }

  /** The same block with each weight drawn as a row of a table of so many. */
  Block inTables(int count) {
    return new Block(sequence, names, tensor -> tensor.inTable(count));
  }

  /** The same block with its weights drawn as PyTorch does, uniformly in +-1 / sqrt(fan-in). */
  public Block uniform() {
    return new Block(sequence, names, LayerTensor::uniform);
  }

  LayerSequence sequence() {
    return sequence;
  }

  /** The tensors of each layer, in the order of their use, under their names. */
  List<List<ParameterSpec>> tensors() {
    List<List<ParameterSpec>> known = tensors;
    if (known == null) {
      known = named();
      tensors = known;
    }
    return known;
  }

  /** The indices of each layer's tensors in a table; not to be written to. */
  int[][] indices(ToIntFunction<ParameterSpec> table) {
    Indexed known = latest;
    if (known == null || known.table() != table) {
      known =
          new Indexed(
              table,
              tensors().stream()
                  .map(ofLayer -> ofLayer.stream().mapToInt(table).toArray())
                  .toArray(int[][]::new));
      latest = known;
    }
    return known.indices();
  }

  private List<List<ParameterSpec>> named() {
    final List<Layer> layers = sequence.layers();
    final List<List<ParameterSpec>> all = new ArrayList<>(layers.size());
    for (int i = 0; i < layers.size(); i++) {
      final List<ParameterSpec> ofLayer = new ArrayList<>();
      for (final LayerTensor tensor : layers.get(i).tensors()) {
        ofLayer.add(drawn.apply(tensor).named(names.of(layers, i, tensor)));
      }
      all.add(ofLayer);
    }
    return all;
  }
}
