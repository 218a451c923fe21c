package org.nao.network;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import org.nao.space.Cell;
import org.nao.space.Operation;
import org.nao.space.SearchSpace;

/**
 * Writes a DARTS network: stem, cells whose inputs are both preprocessed and whose nodes are all
 * output, classifier. What a node is, its subclasses say.
 */
abstract class DartsWalk {

  private final SearchSpace space;
  private final NetworkShape shape;
  private final DartsCells cells;
  private final DartsWeights weights;
  private final ProgramWriter program;
  private final LayerWriter layers;

  DartsWalk(
      SearchSpace space,
      NetworkShape shape,
      DartsWeights weights,
      ToIntFunction<ParameterSpec> index) {
    this.space = space;
    this.shape = shape;
    this.weights = weights;
    cells = new DartsCells(shape);
    program = new ProgramWriter(shape);
    layers = new LayerWriter(program, index);
  }

  /** The value of a node of a cell over the states before it. */
  abstract Value node(int cell, int node, List<Value> states);

  final int[] write() {
    Value beforeLast = layers.stem(shape, CommonWeights.stem(shape));
    Value last = beforeLast;
    for (int cell = 0; cell < cells.count(); cell++) {
      Value output = cell(cell, beforeLast, last);
      beforeLast = last;
      last = output;
      if (shape.auxiliary() && cell == cells.secondReduction()) {
        layers.classifyAuxiliary(last, DartsWeights.auxiliaryHead(shape, last.channels()));
      }
    }
    layers.classify(last, CommonWeights.classifier(shape, last.channels()), site(cells.count(), 0));
    return program.words();
  }

  private Value cell(int cell, Value beforeLast, Value last) {
    int channels = cells.channelsAt(cell);
    boolean halve = cell > 0 && cells.isReduction(cell - 1);
    List<Value> states = new ArrayList<>();
    states.add(
        layers.calibrate(
            beforeLast, weights.preprocess(cell, 0, beforeLast.channels(), channels, halve)));
    states.add(
        layers.calibrate(last, weights.preprocess(cell, 1, last.channels(), channels, false)));
    for (int node = 0; node < space.nodes(); node++) {
      states.add(node(cell, node, states));
    }
    return layers.concat(states.subList(Cell.INPUTS, states.size()));
  }

  /** 2 for an operation that halves the map it reads. */
  final int stride(int cell, int state) {
    return cells.isReduction(cell) && state < Cell.INPUTS ? 2 : 1;
  }

  final boolean isReduction(int cell) {
    return cells.isReduction(cell);
  }

  /** Numbers the operations of a cell's nodes over the whole network. */
  final int site(int cell, int operation) {
    return cell * 2 * space.nodes() + operation;
  }

  final SearchSpace space() {
    return space;
  }

  final LayerWriter layers() {
    return layers;
  }

  /** The result of an operation with its tensors under {@code path}. */
  final Value apply(Operation operation, String path, Value src, int stride) {
    int channels = src.channels();
    return switch (operation.kind()) {
      case SEP_CONV ->
          layers.separableConv(
              src, weights.separableConv(path, channels, operation.kernel()), stride);
      case DIL_CONV ->
          layers.dilatedConv(src, weights.dilatedConv(path, channels, operation.kernel()), stride);
      case MAX_POOL -> pooled(layers.maxPool(src, operation.kernel(), stride), path);
      case AVG_POOL -> pooled(layers.avgPool(src, operation.kernel(), stride), path);
      case SKIP_CONNECT ->
          stride == 1
              ? src
              : layers.calibrate(src, weights.factorizedReduce(path, channels, channels));
      case NONE, IDENTITY, ZERO, DIL_SEP_CONV ->
          throw new IllegalArgumentException(operation.name() + " is no operation of a network");
    };
  }

  /** In a search the pools are normalised, like the other candidates. */
  private Value pooled(Value src, String path) {
    return weights.affine()
        ? src
        : layers.batchNorm(src, weights.norm(path + ".1", src.channels()));
  }
}
