package org.nao.network;

import org.nao.space.Architecture;
import org.nao.space.SearchSpace;

/** Makes the programs of architectures over the supernet's shared weights. */
public final class SupernetProgram {

  private final SearchSpace space;
  private final NetworkShape shape;
  private final ParameterTable table;
  private final WeightScheme scheme = new SupernetScheme();

  /**
   * A maker of programs for one supernet.
   *
   * @throws IllegalArgumentException if the supernet is too large for one table
   */
  public SupernetProgram(SearchSpace space, NetworkShape shape) {
    this.space = space;
    this.shape = shape;
    this.table = SupernetParameters.table(space, shape);
  }

  /** The supernet's tensors, which the programs name by index. */
  public ParameterTable table() {
    return table;
  }

  /**
   * The program of one architecture in the engine's encoding.
   *
   * @throws IllegalArgumentException if the architecture is not of the space
   */
  public int[] words(Architecture architecture) {
    return NetworkWalk.write(space, shape, scheme, table::index, architecture);
  }
}
