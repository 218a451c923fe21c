package org.nao.network;

/** What a second classifier over the output of the second reduction cell does in training. */
public enum AuxiliaryHead {
  /** There is none. */
  NONE,
  /** It reads the output and leaves it as it is. */
  COPY,
  /**
   * Its first ReLU is in place, as in the code of NAO's authors: in training the cells that follow
   * read what it leaves, and in evaluation, which has no such head, the output as it was.
   */
  AUTHORS;

  /** Whether there is one. */
  public boolean isPresent() {
    return this != NONE;
  }
}
