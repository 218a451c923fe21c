package org.nao.network;

import java.util.List;
import java.util.stream.IntStream;
import org.nao.space.Cell;
import org.nao.space.Operation;
import org.nao.space.OperationKind;
import org.nao.space.SearchSpace;

/** The tensors of the supernet: all that any architecture of a search space can use. */
public final class SupernetParameters {

  private final SearchSpace space;
  private final NetworkShape shape;
  private final Halving halving;
  private final WeightScheme scheme = new SupernetScheme();
  private final ParameterTable.Builder table = new ParameterTable.Builder();

  private SupernetParameters(SearchSpace space, NetworkShape shape) {
    this.space = space;
    this.shape = shape;
    this.halving = new Halving(space, shape);
  }

  /**
   * The supernet's table.
   *
   * @throws IllegalArgumentException if its values do not fit one array
   */
  public static ParameterTable table(SearchSpace space, NetworkShape shape) {
    SupernetParameters supernet = new SupernetParameters(space, shape);
    supernet.declareNetwork();
    return supernet.table.build();
  }

  private void declareNetwork() {
    declare(CommonWeights.stem(shape));
    for (int cell = 0; cell < shape.cells(); cell++) {
      declareCalibrations(cell);
      declareNodes(cell);
      declareOutput(cell);
    }
    int last = outputChannels(shape.cells() - 1);
    if (shape.auxiliary()) {
      declare(CommonWeights.auxiliaryHead(shape, outputChannels(shape.secondReduction())));
    }
    declare(CommonWeights.classifier(shape, last));
  }

  private void declareCalibrations(int cell) {
    for (int state = 0; state < Cell.INPUTS; state++) {
      int from = outputChannels(cell - Cell.INPUTS + state);
      boolean halve = halving.byCalibration(cell, state);
      CommonWeights.calibration(cell, state, from, shape.channelsAt(cell), halve)
          .ifPresent(this::declare);
    }
  }

  /** Channels of a cell's output; before the first cell lies the stem. */
  private int outputChannels(int cell) {
    return cell < 0 ? shape.stemChannels() : shape.channelsAt(cell);
  }

  private void declareNodes(int cell) {
    for (int node = 0; node < space.nodes(); node++) {
      for (int side = 0; side < Operand.SIDES; side++) {
        for (int operation = 0; operation < space.operations().size(); operation++) {
          for (int input = 0; input < node + Cell.INPUTS; input++) {
            declareOperand(new Operand(cell, node, side, operation, input));
          }
        }
      }
    }
  }

  private void declareOperand(Operand operand) {
    Operation operation = space.operation(operand.operation());
    int channels = shape.channelsAt(operand.cell());
    if (operation.kind() == OperationKind.SEP_CONV) {
      declare(scheme.separableConv(operand, channels, operation.kernel()));
    } else if (operation.kind() == OperationKind.DIL_SEP_CONV) {
      declare(scheme.dilatedConv(operand, channels, operation.kernel()));
    } else if (operation.kind() == OperationKind.IDENTITY
        && halving.byOperation(operand.cell(), operand.input())) {
      declare(scheme.reducedIdentity(operand, channels));
    }
  }

  private void declareOutput(int cell) {
    int channels = shape.channelsAt(cell);
    for (int input = 0; input < Cell.INPUTS; input++) {
      if (halving.byOperation(cell, input)) {
        declare(scheme.outputReduce(cell, input, input, channels));
      }
    }
    List<Integer> states = IntStream.range(0, space.nodes() + Cell.INPUTS).boxed().toList();
    scheme.combine(cell, states, channels).ifPresent(this::declare);
  }

  private void declare(Block block) {
    table.declareAll(block.tensors());
  }
}
