package org.nao.network;

import java.util.List;
import java.util.stream.IntStream;
import org.nao.error.UserException;
import org.nao.space.Cell;
import org.nao.space.SearchSpace;

/**
 * The tensors of the supernet of NAO's or ENAS' cells: all that any architecture of a search space
 * can use.
 */
final class SupernetParameters {

  private final SearchSpace space;
  private final NetworkShape shape;
  private final CellBlocks blocks;
  private final ParameterTable.Builder table = new ParameterTable.Builder();

  private SupernetParameters(CellBlocks blocks) {
    this.space = blocks.space();
    this.shape = blocks.shape();
    this.blocks = blocks;
  }

  /**
   * The table of all blocks of a supernet.
   *
   * @throws UserException if its values do not fit one array
   */
  static ParameterTable table(CellBlocks blocks) {
    final SupernetParameters supernet = new SupernetParameters(blocks);
    supernet.declareNetwork();
    return supernet.table.build();
  }

  private void declareNetwork() {
    declare(blocks.stem());
    for (int cell = 0; cell < shape.cells(); cell++) {
      for (int state = 0; state < Cell.INPUTS; state++) {
        declare(blocks.calibration(cell, state, inputChannels(cell, state)));
      }
      declareNodes(cell);
      declareOutput(cell);
    }
    if (shape.auxiliary().isPresent()) {
      final int channels = outputChannels(shape.secondReduction());
      final Value src = shape.image().resized(channels, shape.height() / 4, shape.width() / 4);
      declare(blocks.auxiliaryHead(src));
    }
    declare(blocks.classifier(outputChannels(shape.cells() - 1)));
  }

  /** Channels of what an input state of a cell is made of. */
  private int inputChannels(int cell, int state) {
    final boolean ofLast = state == 1 || blocks.readsLastTwice(cell);
    // The second input of a reduction cell that reads the cell before it twice has the channels of
    // its output, too.
    final boolean afterTwice = cell > 0 && blocks.readsLastTwice(cell - 1);
    return outputChannels(cell - (ofLast || afterTwice ? 1 : 2));
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
            declare(blocks.operand(new Operand(cell, node, side, operation, input)));
          }
        }
      }
    }
  }

  private void declareOutput(int cell) {
    for (int input = 0; input < Cell.INPUTS; input++) {
      if (blocks.halvesOutput(cell, input)) {
        declare(blocks.outputReduce(cell, input, input));
      }
    }
    final List<Integer> states = IntStream.range(0, space.nodes() + Cell.INPUTS).boxed().toList();
    declare(blocks.combine(cell, states));
  }

  private void declare(Block block) {
    block.tensors().forEach(table::declareAll);
  }
}
