package org.nao.network;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;

/** Writes a network as operations of a program and follows the shapes of its values. */
public final class LayerWriter implements LayerSink {

  private static final float AUXILIARY_WEIGHT = 0.4f;

  private final ProgramWriter program;
  private final ToIntFunction<ParameterSpec> index;
  private final Value image;
  private final List<Integer> cells = new ArrayList<>();

  /**
   * A writer of an empty program.
   *
   * @param index the table's index of a tensor; a block remembers what the same function said
   */
  public LayerWriter(NetworkShape shape, ToIntFunction<ParameterSpec> index) {
    this.program = new ProgramWriter(shape);
    this.index = index;
    this.image = shape.image();
  }

  /** The program in the engine's encoding. */
  public int[] words() {
    return program.words();
  }

  /** The numbers of the values that cells made, in order. */
  List<Integer> cells() {
    return cells;
  }

  @Override
  public void cell(Value dst) {
    cells.add(dst.number());
  }

  @Override
  public Value image() {
    return image;
  }

  @Override
  public Value block(Value src, Block block) {
    Value dst = src;
    final List<Layer> layers = block.sequence().layers();
    final int[][] tensors = block.indices(index);
    for (int i = 0; i < layers.size(); i++) {
      final Layer layer = layers.get(i);
      dst = layer.output(dst).like(layer.write(program, dst, tensors[i]));
    }
    return dst;
  }

  @Override
  public Value dropPath(Value src, int site, float layerFraction) {
    return src.like(program.dropPath(src.number(), site, layerFraction));
  }

  @Override
  public Value add(List<Value> sources) {
    return sources.get(0).like(program.add(numbers(sources)));
  }

  @Override
  public Value concat(List<Value> sources) {
    return sources.size() == 1
        ? sources.get(0)
        : Value.concat(sources).like(program.concat(numbers(sources)));
  }

  @Override
  public Value weightedSum(ParameterSpec logits, List<Value> sources, int[] elements) {
    final int columns = logits.shape().get(1);
    return sources
        .get(0)
        .like(program.weightedSum(index.applyAsInt(logits), columns, numbers(sources), elements));
  }

  @Override
  public void loss(Value logits, boolean auxiliary) {
    program.softmaxCrossEntropy(logits.number(), auxiliary ? AUXILIARY_WEIGHT : 1, auxiliary);
  }

  private static int[] numbers(List<Value> values) {
    return values.stream().mapToInt(Value::number).toArray();
  }
}
