package org.nao.network.edges;

import org.nao.network.LayerWriter;
import org.nao.network.NetworkShape;
import org.nao.network.ParameterTable;
import org.nao.network.StandaloneNetworks;
import org.nao.network.SupernetProgram;
import org.nao.space.Architecture;
import org.nao.space.EdgeCell;
import org.nao.space.Operation;
import org.nao.space.OperationKind;
import org.nao.space.SearchSpace;

/** The networks of NAS-Bench-201's cells, alone and over shared weights. */
public final class EdgeNetworks {

  private EdgeNetworks() {}

  /** The networks with weights of their own. */
  public static StandaloneNetworks standalone(SearchSpace space, NetworkShape shape) {
    return new StandaloneNetworks(shape, walk(new EdgeBlocks(space, shape, false)));
  }

  /** The supernet: of every edge of every cell it holds the weights of every operation. */
  public static SupernetProgram supernet(SearchSpace space, NetworkShape shape) {
    final EdgeBlocks blocks = new EdgeBlocks(space, shape, true);
    return new SupernetProgram(shape, () -> table(blocks), walk(blocks));
  }

  private static ParameterTable table(EdgeBlocks blocks) {
    final ParameterTable.Builder tensors = new ParameterTable.Builder();
    final LayerWriter writer = new LayerWriter(blocks.shape(), tensors::declare);
    new EdgeWalk(blocks, blocks.shape().auxiliary(), writer).everything();
    return tensors.build();
  }

  /**
   * Weights of the convolutions in a network's cells on edges that {@linkplain EdgeCell#isLive are
   * live}; others compute nothing of the image that the output sees.
   */
  public static long liveWeights(SearchSpace space, NetworkShape shape, Architecture architecture) {
    space.validate(architecture);
    final EdgeCell cell = EdgeCell.of(architecture);
    long pixels = 0;
    for (int to = 1; to < EdgeCell.NODES; to++) {
      for (int from = 0; from < to; from++) {
        final Operation operation = space.operation(cell.operation(from, to));
        if (operation.kind() == OperationKind.CONV && cell.isLive(space, from, to)) {
          pixels += (long) operation.kernel() * operation.kernel();
        }
      }
    }
    long weights = 0;
    for (int index = 0; index < shape.cells(); index++) {
      final long channels = shape.channelsAt(index);
      weights += shape.isReduction(index) ? 0 : pixels * channels * channels;
    }
    return weights;
  }

  private static StandaloneNetworks.Walk walk(EdgeBlocks blocks) {
    return (architecture, auxiliary, sink) -> {
      blocks.space().validate(architecture);
      new EdgeWalk(blocks, auxiliary, sink).network(EdgeCell.of(architecture));
    };
  }
}
