package org.nao.network;

import java.util.List;
import org.nao.error.UserException;
import org.nao.space.Operation;
import org.nao.space.SearchSpace;

/**
 * The blocks inside the cells of NAO's and ENAS' networks: walks, tables of tensors and sizes take
 * them from here.
 */
final class CellBlocks {

  private final SearchSpace space;
  private final NetworkShape shape;
  private final WeightScheme scheme;
  private final Halving halving;
  private final CellLayers layers = new CellLayers(false, true, false);

  /**
   * The blocks of a network.
   *
   * @throws UserException if the space has cells of another family
   */
  CellBlocks(SearchSpace space, NetworkShape shape, WeightScheme scheme) {
    if (space.isDarts()) {
      throw new UserException(
          "the space " + space.name() + " has no supernet, its search trains one mixed network");
    }
    this.space = space;
    this.shape = shape;
    this.scheme = scheme;
    this.halving = new Halving(space, shape);
  }

  SearchSpace space() {
    return space;
  }

  NetworkShape shape() {
    return shape;
  }

  /** What brings an input state of {@code from} channels to the cell's channels and size. */
  Block calibration(int cell, int state, int from) {
    final int to = shape.channelsAt(cell);
    final boolean halves = halving.byCalibration(cell, state);
    return halves || from != to
        ? new Block(layers.calibration(from, to, halves), AuthorsNames.calibration(cell, state))
        : Block.NOTHING;
  }

  /** What an operand computes. */
  Block operand(Operand operand) {
    final Operation operation = space.operation(operand.operation());
    final int stride = halving.byOperation(operand.cell(), operand.input()) ? 2 : 1;
    return new Block(
        layers.operation(operation, shape.channelsAt(operand.cell()), stride),
        scheme.operand(operand));
  }

  /** Whether a state that becomes output must be halved before. */
  boolean halvesOutput(int cell, int state) {
    return halving.byOperation(cell, state);
  }

  /** See {@link WeightScheme#outputReduce}. */
  Block outputReduce(int cell, int state, int ordinal) {
    return scheme.outputReduce(cell, state, ordinal, shape.channelsAt(cell));
  }

  /** See {@link WeightScheme#combine}. */
  Block combine(int cell, List<Integer> states) {
    return scheme.combine(cell, states, shape.channelsAt(cell));
  }
}
