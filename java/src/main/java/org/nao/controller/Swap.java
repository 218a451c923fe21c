package org.nao.controller;

/**
 * Two runs of tokens that may change places without changing what the sequence describes: the two
 * operands of one node, whose outputs are added.
 *
 * @param first position of the first run
 * @param second position of the second run, after the end of the first
 * @param width tokens in each run
 */
public record Swap(int first, int second, int width) {

  /** Checks that the runs do not overlap. */
  public Swap {
    if (first < 0 || width < 1 || second < first + width) {
      throw new IllegalArgumentException(
          "the runs of a swap overlap: " + first + " and " + second + " of width " + width);
    }
  }

  /** Swaps the two runs of {@code tokens} in place. */
  public void apply(int[] tokens) {
    for (int i = 0; i < width; i++) {
      final int token = tokens[first + i];
      tokens[first + i] = tokens[second + i];
      tokens[second + i] = token;
    }
  }
}
