package org.nao.controller;

/**
 * The legal tokens of one position: {@code first <= token < end}.
 *
 * @param first the smallest legal token, at least 1 because 0 starts a sequence
 * @param end one more than the largest legal token
 */
public record TokenRange(int first, int end) {

  /** Checks that the range is not empty and leaves out the starting token. */
  public TokenRange {
    if (first <= SequenceLayout.START || end <= first) {
      throw new IllegalArgumentException(
          "a token range needs 1 <= first < end, got " + first + ".." + end);
    }
  }

  /** Whether {@code token} is legal here. */
  public boolean contains(int token) {
    return token >= first && token < end;
  }

  /** The number of legal tokens. */
  public int size() {
    return end - first;
  }
}
