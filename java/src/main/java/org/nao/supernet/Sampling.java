package org.nao.supernet;

/** With which probability a training step takes an architecture of the pool. */
public enum Sampling {
  /** In proportion to its model size (paper, equation 1). */
  PROPORTIONAL,
  /** With the same probability for every architecture. */
  UNIFORM
}
