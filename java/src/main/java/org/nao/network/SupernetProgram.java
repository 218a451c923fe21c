package org.nao.network;

import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.nao.error.UserException;
import org.nao.space.Architecture;
import org.nao.space.SearchSpace;

/** Makes the programs of architectures over the supernet's shared weights. */
public final class SupernetProgram {

  private final NetworkShape shape;
  private final Supplier<ParameterTable> tensors;
  private final StandaloneNetworks.Walk walk;

  /** Made when it is first asked for: sizes need none. */
  private Indexed indexed;

  private record Indexed(ParameterTable table, ToIntFunction<ParameterSpec> index) {}

  /**
   * A maker of programs for one supernet.
   *
   * @param tensors makes the table of all tensors that any architecture can use
   * @param walk through the networks of architectures, of tensors of the table only
   */
  public SupernetProgram(
      NetworkShape shape, Supplier<ParameterTable> tensors, StandaloneNetworks.Walk walk) {
    this.shape = shape;
    this.tensors = tensors;
    this.walk = walk;
  }

  /**
   * The supernet of NAO's or ENAS' cells.
   *
   * @throws UserException if the space has other cells
   */
  public static SupernetProgram ofCells(SearchSpace space, NetworkShape shape) {
    final CellBlocks blocks = new CellBlocks(space, shape, new SupernetScheme());
    return new SupernetProgram(
        shape,
        () -> SupernetParameters.table(blocks),
        (architecture, auxiliary, sink) ->
            new NetworkWalk(blocks, auxiliary, sink).network(architecture));
  }

  private synchronized Indexed indexed() {
    if (indexed == null) {
      final ParameterTable table = tensors.get();
      indexed = new Indexed(table, table::index);
    }
    return indexed;
  }

  /**
   * The supernet's tensors, which the programs name by index.
   *
   * @throws UserException if it is too large for one table
   */
  public ParameterTable table() {
    return indexed().table();
  }

  /**
   * The program of one architecture in the engine's encoding.
   *
   * @throws UserException if the architecture is not of the space or the supernet is too large for
   *     one table
   */
  public int[] words(Architecture architecture) {
    final LayerWriter writer = new LayerWriter(shape, indexed().index());
    walk.network(architecture, shape.auxiliary(), writer);
    return writer.words();
  }

  /**
   * What an architecture uses of the supernet, auxiliary head left out.
   *
   * @throws UserException if the space has not that architecture
   */
  public ModelSize size(Architecture architecture) {
    final SizeCounter counter = new SizeCounter(shape);
    walk(architecture, counter);
    return counter.size();
  }

  /** Hands an architecture's network without auxiliary head to a sink. */
  void walk(Architecture architecture, LayerSink sink) {
    walk.network(architecture, AuxiliaryHead.NONE, sink);
  }
}
