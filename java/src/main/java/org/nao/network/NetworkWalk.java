package org.nao.network;

import java.util.ArrayList;
import java.util.List;
import org.nao.error.UserException;
import org.nao.space.Architecture;
import org.nao.space.Cell;
import org.nao.space.Node;
import org.nao.space.OperationKind;
import org.nao.space.SearchSpace;

/**
 * Wires an architecture's cells into a network and hands its parts to a sink.
 *
 * <p>Both first states are the stem. Each cell calibrates the outputs of the two cells before it,
 * adds two operations per node, each behind its drop-path, and joins the states that nobody read.
 * What is zero takes no part in a sum; a state that only zeros read does count as read.
 */
final class NetworkWalk {

  private final SearchSpace space;
  private final NetworkShape shape;
  private final boolean auxiliary;
  private final CellBlocks blocks;
  private final LayerSink sink;

  /** {@code auxiliary}: whether the network has an auxiliary head. */
  NetworkWalk(CellBlocks blocks, boolean auxiliary, LayerSink sink) {
    this.space = blocks.space();
    this.shape = blocks.shape();
    this.auxiliary = auxiliary;
    this.blocks = blocks;
    this.sink = sink;
  }

  /**
   * Walks through the network of an architecture.
   *
   * @throws UserException if the architecture is not of the space
   */
  void network(Architecture architecture) {
    space.validate(architecture);
    Value beforeLast = sink.block(sink.image(), blocks.stem());
    Value last = beforeLast;
    for (int index = 0; index < shape.cells(); index++) {
      final Cell cell = shape.isReduction(index) ? architecture.reduction() : architecture.normal();
      final Value output = cell(index, cell, beforeLast, last);
      beforeLast = last;
      last = output;
      if (auxiliary && index == shape.secondReduction()) {
        sink.loss(sink.block(output, blocks.auxiliaryHead(output)), true);
      }
    }
    sink.loss(sink.block(last, blocks.classifier(last.channels())), false);
  }

  private Value cell(int index, Cell cell, Value beforeLast, Value last) {
    final List<Value> states = new ArrayList<>(cell.states());
    states.add(sink.block(beforeLast, blocks.calibration(index, 0, beforeLast.channels())));
    states.add(sink.block(last, blocks.calibration(index, 1, last.channels())));
    for (int i = 0; i < cell.nodes().size(); i++) {
      states.add(node(index, i, cell.nodes().get(i), states));
    }
    return output(index, space.outputStates(cell), states);
  }

  /** The sum of the operands that are not zero; without any it is zero. */
  private Value node(int cell, int number, Node node, List<Value> states) {
    final Operand first = new Operand(cell, number, 0, node.op1(), node.in1());
    final Operand second = new Operand(cell, number, 1, node.op2(), node.in2());
    final List<Value> sum = new ArrayList<>(Operand.SIDES);
    if (!isZero(first)) {
      sum.add(operand(first, states));
    }
    if (!isZero(second)) {
      sum.add(operand(second, states));
    }
    return sum.isEmpty()
        ? sink.block(states.get(first.input()), blocks.operand(first))
        : sink.add(sum);
  }

  private boolean isZero(Operand operand) {
    return space.operation(operand.operation()).kind() == OperationKind.ZERO;
  }

  private Value operand(Operand operand, List<Value> states) {
    final Value dst = sink.block(states.get(operand.input()), blocks.operand(operand));
    final float layerFraction = (operand.cell() + 1) / (float) shape.cells();
    return sink.dropPath(dst, blocks.site(operand), layerFraction);
  }

  private Value output(int cell, List<Integer> unused, List<Value> states) {
    final List<Value> outputs = new ArrayList<>(unused.size());
    int reduced = 0;
    for (final int state : unused) {
      Value value = states.get(state);
      if (blocks.halvesOutput(cell, state)) {
        value = sink.block(value, blocks.outputReduce(cell, state, reduced));
        reduced++;
      }
      outputs.add(value);
    }
    return sink.block(sink.concat(outputs), blocks.combine(cell, unused));
  }
}
