package org.nao.network;

import java.util.function.ToIntFunction;
import org.nao.error.UserException;
import org.nao.space.Architecture;
import org.nao.space.SearchSpace;

/** Makes the programs of architectures over the supernet's shared weights. */
public final class SupernetProgram {

  private final CellBlocks blocks;
  private final ParameterTable table;
  private final ToIntFunction<ParameterSpec> index;

  /**
   * A maker of programs for one supernet.
   *
   * @throws UserException if the space has no supernet or it is too large for one table
   */
  public SupernetProgram(SearchSpace space, NetworkShape shape) {
    this.blocks = new CellBlocks(space, shape, new SupernetScheme());
    this.table = SupernetParameters.table(blocks);
    this.index = table::index;
  }

  /** The supernet's tensors, which the programs name by index. */
  public ParameterTable table() {
    return table;
  }

  /**
   * The program of one architecture in the engine's encoding.
   *
   * @throws UserException if the architecture is not of the space
   */
  public int[] words(Architecture architecture) {
    final LayerWriter writer = new LayerWriter(blocks.shape(), index);
    new NetworkWalk(blocks, blocks.shape().auxiliary(), writer).network(architecture);
    return writer.words();
  }

  /**
   * What an architecture uses of a supernet, auxiliary head left out.
   *
   * @throws UserException if the space has no supernet or not that architecture
   */
  public static ModelSize size(SearchSpace space, NetworkShape shape, Architecture architecture) {
    final SizeCounter counter = new SizeCounter(shape);
    final CellBlocks blocks = new CellBlocks(space, shape, new SupernetScheme());
    new NetworkWalk(blocks, AuxiliaryHead.NONE, counter).network(architecture);
    return counter.size();
  }
}
