package org.nao.network.darts;

import java.util.ArrayList;
import java.util.List;
import org.nao.network.Block;
import org.nao.network.CommonBlocks;
import org.nao.network.LayerSink;
import org.nao.network.NetworkShape;
import org.nao.network.Stem;
import org.nao.network.Value;
import org.nao.space.Cell;
import org.nao.space.Operation;
import org.nao.space.SearchSpace;

/**
 * Walks through a DARTS network: stem, cells whose inputs are both preprocessed and whose nodes are
 * all output, classifier. What a node is, its subclasses say.
 */
abstract class DartsWalk {

  private final SearchSpace space;
  private final NetworkShape shape;
  private final boolean auxiliary;
  private final DartsCells cells;
  private final DartsBlocks blocks;
  private final LayerSink sink;

  /** {@code auxiliary}: whether the network has an auxiliary head. */
  DartsWalk(
      SearchSpace space,
      NetworkShape shape,
      boolean auxiliary,
      DartsBlocks blocks,
      LayerSink sink) {
    this.space = space;
    this.shape = shape;
    this.auxiliary = auxiliary;
    this.cells = new DartsCells(shape);
    this.blocks = blocks;
    this.sink = sink;
  }

  /** The value of a node of a cell over the states before it. */
  abstract Value node(int cell, int node, List<Value> states);

  /** Hands all parts of the network to the sink. */
  final void network() {
    Value beforeLast = sink.block(sink.image(), CommonBlocks.stem(shape));
    Value last = sink.block(beforeLast, CommonBlocks.secondStem(shape));
    for (int cell = 0; cell < cells.count(); cell++) {
      final Value output = cell(cell, beforeLast, last);
      beforeLast = last;
      last = output;
      sink.cell(output);
      if (auxiliary && cell == cells.secondReduction()) {
        final Block head = CommonBlocks.auxiliaryHead(shape, last, DartsBlocks.auxiliaryHead());
        sink.loss(sink.block(last, head), true);
      }
    }
    final Block classifier =
        CommonBlocks.classifier(shape, last.channels(), site(cells.count(), 0));
    sink.loss(sink.block(last, classifier), false);
  }

  private Value cell(int cell, Value beforeLast, Value last) {
    final boolean halves = cell > 0 ? cells.isReduction(cell - 1) : shape.stem() == Stem.IMAGENET;
    final List<Value> states = new ArrayList<>();
    states.add(preprocess(cell, 0, beforeLast, halves));
    states.add(preprocess(cell, 1, last, false));
    for (int node = 0; node < space.nodes(); node++) {
      states.add(node(cell, node, states));
    }
    return sink.concat(states.subList(Cell.INPUTS, states.size()));
  }

  private Value preprocess(int cell, int state, Value src, boolean halves) {
    final int channels = cells.channelsAt(cell);
    return sink.block(src, blocks.preprocess(cell, state, src.channels(), channels, halves));
  }

  /** The result of an operation on a state, its tensors under {@code path}. */
  final Value operand(int cell, String path, Operation operation, int state, List<Value> states) {
    return sink.block(
        states.get(state),
        blocks.operand(path, operation, cells.channelsAt(cell), stride(cell, state)));
  }

  /** 2 for an operation that halves the map it reads. */
  final int stride(int cell, int state) {
    return isReduction(cell) && state < Cell.INPUTS ? 2 : 1;
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

  final LayerSink sink() {
    return sink;
  }
}
