package org.nao.network;

import org.nao.space.Architecture;
import org.nao.space.SearchSpace;

/** The network of one architecture with weights of its own. */
public final class StandaloneProgram {

  private final ParameterTable table;
  private final int[] words;

  private StandaloneProgram(ParameterTable table, int[] words) {
    this.table = table;
    this.words = words;
  }

  /**
   * The network of an architecture.
   *
   * @throws IllegalArgumentException if the architecture is not of the space or the network is too
   *     large for one table
   */
  public static StandaloneProgram of(
      SearchSpace space, NetworkShape shape, Architecture architecture) {
    ParameterTable.Builder tensors = new ParameterTable.Builder();
    int[] words =
        space.isDarts()
            ? new DartsGenotypeWalk(space, shape, tensors::declare, architecture).write()
            : NetworkWalk.write(
                space, shape, new StandaloneScheme(), tensors::declare, architecture);
    return new StandaloneProgram(tensors.build(), words);
  }

  /** The network's tensors, which the program names by index, in the order of their first use. */
  public ParameterTable table() {
    return table;
  }

  /** The program in the engine's encoding. */
  public int[] words() {
    return words.clone();
  }
}
