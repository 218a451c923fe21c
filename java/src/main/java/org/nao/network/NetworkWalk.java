package org.nao.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.nao.network.Block.Combine;
import org.nao.space.Architecture;
import org.nao.space.Cell;
import org.nao.space.Node;
import org.nao.space.Operation;
import org.nao.space.OperationKind;
import org.nao.space.SearchSpace;

/**
 * Wires an architecture's cells into a network and writes it as a program.
 *
 * <p>Both first states are the stem. Each cell calibrates the outputs of the two cells before it,
 * adds two operations per node, each behind its drop-path, and joins the states that nobody read.
 * What is zero takes no part in a sum; a state that only zeros read does count as read.
 */
final class NetworkWalk {

  private final SearchSpace space;
  private final NetworkShape shape;
  private final WeightScheme scheme;
  private final Halving halving;
  private final ProgramWriter program;
  private final LayerWriter layers;

  private NetworkWalk(
      SearchSpace space,
      NetworkShape shape,
      WeightScheme scheme,
      ToIntFunction<ParameterSpec> index) {
    this.space = space;
    this.shape = shape;
    this.scheme = scheme;
    this.halving = new Halving(space, shape);
    this.program = new ProgramWriter(shape);
    this.layers = new LayerWriter(program, index);
  }

  /**
   * The program of an architecture.
   *
   * @param index the table's index of a tensor; asked once per use
   * @throws IllegalArgumentException if the architecture is not of the space
   */
  static int[] write(
      SearchSpace space,
      NetworkShape shape,
      WeightScheme scheme,
      ToIntFunction<ParameterSpec> index,
      Architecture architecture) {
    space.validate(architecture);
    NetworkWalk walk = new NetworkWalk(space, shape, scheme, index);
    walk.network(architecture);
    return walk.program.words();
  }

  private void network(Architecture architecture) {
    Value beforeLast = layers.stem(shape, CommonWeights.stem(shape));
    Value last = beforeLast;
    for (int index = 0; index < shape.cells(); index++) {
      Cell cell = shape.isReduction(index) ? architecture.reduction() : architecture.normal();
      Value output = cell(index, cell, beforeLast, last);
      beforeLast = last;
      last = output;
      if (shape.auxiliary() && index == shape.secondReduction()) {
        layers.classifyAuxiliary(output, CommonWeights.auxiliaryHead(shape, output.channels()));
      }
    }
    int dropoutSite = dropPathSite(shape.cells(), 0, 0);
    layers.classify(last, CommonWeights.classifier(shape, last.channels()), dropoutSite);
  }

  private Value cell(int index, Cell cell, Value beforeLast, Value last) {
    List<Value> states = new ArrayList<>(cell.states());
    states.add(calibrate(index, 0, beforeLast));
    states.add(calibrate(index, 1, last));
    for (int i = 0; i < cell.nodes().size(); i++) {
      states.add(node(index, i, cell.nodes().get(i), states));
    }
    return output(index, cell.unusedStates(), states);
  }

  private Value calibrate(int cell, int state, Value src) {
    boolean halve = halving.byCalibration(cell, state);
    return CommonWeights.calibration(cell, state, src.channels(), shape.channelsAt(cell), halve)
        .map(calibration -> layers.calibrate(src, calibration))
        .orElse(src);
  }

  /** The sum of the operands that are not zero; without any it is zero. */
  private Value node(int cell, int number, Node node, List<Value> states) {
    List<Value> sum =
        Stream.of(
                new Operand(cell, number, 0, node.op1(), node.in1()),
                new Operand(cell, number, 1, node.op2(), node.in2()))
            .filter(each -> space.operation(each.operation()).kind() != OperationKind.ZERO)
            .map(each -> operand(each, states))
            .toList();
    return sum.isEmpty()
        ? layers.zero(states.get(node.in1()), stride(cell, node.in1()))
        : layers.add(sum);
  }

  /** 2 for an operation that halves the state it reads. */
  private int stride(int cell, int input) {
    return halving.byOperation(cell, input) ? 2 : 1;
  }

  private Value operand(Operand operand, List<Value> states) {
    Value src = states.get(operand.input());
    Value dst = apply(operand, src, stride(operand.cell(), operand.input()));
    float layerFraction = (operand.cell() + 1) / (float) shape.cells();
    int site = dropPathSite(operand.cell(), operand.node(), operand.side());
    return layers.dropPath(dst, site, layerFraction);
  }

  private Value apply(Operand operand, Value src, int stride) {
    Operation operation = space.operation(operand.operation());
    int channels = src.channels();
    return switch (operation.kind()) {
      case SEP_CONV ->
          layers.separableConv(
              src, scheme.separableConv(operand, channels, operation.kernel()), stride);
      case DIL_SEP_CONV ->
          layers.dilatedConv(
              src, scheme.dilatedConv(operand, channels, operation.kernel()), stride);
      case AVG_POOL -> layers.avgPool(src, operation.kernel(), stride);
      case MAX_POOL -> layers.maxPool(src, operation.kernel(), stride);
      case IDENTITY ->
          stride == 1
              ? src
              : layers.factorizedReduce(src, scheme.reducedIdentity(operand, channels));
      case NONE, ZERO, SKIP_CONNECT, DIL_CONV ->
          throw new IllegalArgumentException(
              operation.name() + " is no operation of NAO's cells, the space is " + space.name());
    };
  }

  private Value output(int cell, List<Integer> unused, List<Value> states) {
    int channels = shape.channelsAt(cell);
    List<Value> outputs = new ArrayList<>(unused.size());
    int reduced = 0;
    for (int state : unused) {
      Value value = states.get(state);
      if (halving.byOperation(cell, state)) {
        value = layers.factorizedReduce(value, scheme.outputReduce(cell, state, reduced, channels));
        reduced++;
      }
      outputs.add(value);
    }
    Value joined = layers.concat(outputs);
    Optional<Combine> combine = scheme.combine(cell, unused, channels);
    return combine.map(weights -> layers.combine(joined, weights)).orElse(joined);
  }

  /** A number of its own for every operand of the network; those of cell 3N + 2 are free. */
  private int dropPathSite(int cell, int node, int side) {
    return (cell * space.nodes() + node) * Operand.SIDES + side;
  }
}
