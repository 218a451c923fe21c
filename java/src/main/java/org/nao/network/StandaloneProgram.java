package org.nao.network;

import java.util.List;

/**
 * The network of one architecture with weights of its own.
 *
 * @param table its tensors, which the program names by index, in the order of their first use
 * @param words the program in the engine's encoding
 * @param cells the numbers of the values that its cells make, in order
 */
public record StandaloneProgram(ParameterTable table, int[] words, List<Integer> cells) {
  public StandaloneProgram {
    cells = List.copyOf(cells);
  }

  /** The program in the engine's encoding, as a copy. */
  @Override
  public int[] words() {
    return words.clone();
  }
}
