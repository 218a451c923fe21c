package org.nao.supernet;

/** In which order DARTS' search takes the images of its validation batches. */
public enum ValidationOrder {
  /**
   * All once, in a new random order, before any a second time; those that fill no batch are left.
   */
  EPOCH,
  /** Every step draws a batch of them at random, whatever earlier steps drew. */
  STEP
}
