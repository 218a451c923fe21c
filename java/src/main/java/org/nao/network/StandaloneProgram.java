package org.nao.network;

/**
 * The network of one architecture with weights of its own.
 *
 * @param table its tensors, which the program names by index, in the order of their first use
 * @param words the program in the engine's encoding
 */
public record StandaloneProgram(ParameterTable table, int[] words) {

  /** The program in the engine's encoding, as a copy. */
  @Override
  public int[] words() {
    return words.clone();
  }
}
