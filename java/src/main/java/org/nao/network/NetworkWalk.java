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
 * <p>The first states are the stem's, often twice the same. Each cell calibrates the outputs of the
 * two cells before it, adds two operations per node, each behind its drop-path, and joins the
 * states that nobody read. What is zero takes no part in a sum; a state that only zeros read does
 * count as read. A reduction cell of ENAS' supernet calibrates the output of the cell before it
 * twice, and the cell after it reads the second of these results in place of that output.
 */
final class NetworkWalk {

  private final SearchSpace space;
  private final NetworkShape shape;
  private final AuxiliaryHead auxiliary;
  private final CellBlocks blocks;
  private final LayerSink sink;

  /** {@code auxiliary}: the head that the network has. */
  NetworkWalk(CellBlocks blocks, AuxiliaryHead auxiliary, LayerSink sink) {
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
    Value last = sink.block(beforeLast, blocks.secondStem());
    for (int index = 0; index < shape.cells(); index++) {
      final Cell cell = shape.isReduction(index) ? architecture.reduction() : architecture.normal();
      final boolean twice = blocks.readsLastTwice(index);
      final Value first = calibrated(index, 0, twice ? last : beforeLast);
      final Value second = sink.block(calibrated(index, 1, last), blocks.entry(index));
      final Value output = cell(index, cell, first, second);
      beforeLast = twice ? second : last;
      last = output;
      sink.cell(output);
      if (auxiliary.isPresent() && index == shape.secondReduction()) {
        if (auxiliary == AuxiliaryHead.AUTHORS) {
          last = sink.block(output, CommonBlocks.RELU);
        }
        sink.loss(sink.block(last, blocks.auxiliaryHead(last)), true);
      }
    }
    sink.loss(sink.block(last, blocks.classifier(last.channels())), false);
  }

  private Value calibrated(int cell, int state, Value src) {
    return sink.block(src, blocks.calibration(cell, state, src.channels()));
  }

  private Value cell(int index, Cell cell, Value first, Value second) {
    final List<Value> states = new ArrayList<>(cell.states());
    states.add(first);
    states.add(second);
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
    if (!blocks.isDropped(operand)) {
      return dst;
    }
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
