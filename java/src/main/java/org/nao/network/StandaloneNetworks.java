package org.nao.network;

import java.util.Map;
import org.nao.error.UserException;
import org.nao.space.Architecture;
import org.nao.space.SearchSpace;

/**
 * The networks, with weights of their own, of a space's architectures at one size. Programs and
 * sizes come of one walk through the network, so that they cannot disagree.
 */
public final class StandaloneNetworks {

  /** Walks through the networks of a family. */
  @FunctionalInterface
  public interface Walk {

    /**
     * Hands all parts of an architecture's network to {@code sink}.
     *
     * @param auxiliary the head that the network has
     * @throws UserException if the space does not have the architecture
     */
    void network(Architecture architecture, AuxiliaryHead auxiliary, LayerSink sink);
  }

  private final NetworkShape shape;
  private final Walk walk;

  /** The networks of that size through which {@code walk} leads. */
  public StandaloneNetworks(NetworkShape shape, Walk walk) {
    this.shape = shape;
    this.walk = walk;
  }

  /**
   * The networks of NAO's and ENAS' cells.
   *
   * @throws UserException if the space has other cells
   */
  public static StandaloneNetworks ofCells(SearchSpace space, NetworkShape shape) {
    final CellBlocks blocks = new CellBlocks(space, shape, new StandaloneScheme());
    return new StandaloneNetworks(
        shape,
        (architecture, auxiliary, sink) ->
            new NetworkWalk(blocks, auxiliary, sink).network(architecture));
  }

  /** The auxiliary head that programs have. */
  public AuxiliaryHead auxiliary() {
    return shape.auxiliary();
  }

  /**
   * The network of an architecture.
   *
   * @throws UserException if the architecture is not of the space or the network is too large for
   *     one table
   */
  public StandaloneProgram program(Architecture architecture) {
    final ParameterTable.Builder tensors = new ParameterTable.Builder();
    final LayerWriter writer = new LayerWriter(shape, tensors::declare);
    walk.network(architecture, shape.auxiliary(), writer);
    return new StandaloneProgram(tensors.build(), writer.words(), writer.cells());
  }

  /**
   * The program of an architecture's network without its auxiliary head, which evaluation does not
   * have.
   *
   * @param table the network's tensors
   */
  public int[] withoutHead(Architecture architecture, ParameterTable table) {
    final LayerWriter writer = new LayerWriter(shape, table::index);
    walk.network(architecture, AuxiliaryHead.NONE, writer);
    return writer.words();
  }

  /**
   * What the network of an architecture costs, auxiliary head left out.
   *
   * @throws UserException if the architecture is not of the space
   */
  public ModelSize size(Architecture architecture) {
    return size(architecture, AuxiliaryHead.NONE);
  }

  /**
   * What the auxiliary head costs, which only training has.
   *
   * @throws UserException if the images are too small for one
   */
  public ModelSize auxiliaryHead(Architecture architecture) {
    return size(architecture, AuxiliaryHead.COPY).minus(size(architecture));
  }

  /** The operations of an architecture's network by their sizes, see {@link OperationCounter}. */
  public Map<SizedOperation, Integer> operations(Architecture architecture) {
    final OperationCounter counter = new OperationCounter(shape);
    walk(architecture, counter);
    return counter.counts();
  }

  /** Hands an architecture's network without auxiliary head to a sink. */
  void walk(Architecture architecture, LayerSink sink) {
    walk.network(architecture, AuxiliaryHead.NONE, sink);
  }

  private ModelSize size(Architecture architecture, AuxiliaryHead auxiliary) {
    final SizeCounter counter = new SizeCounter(shape);
    walk.network(architecture, auxiliary, counter);
    return counter.size();
  }
}
