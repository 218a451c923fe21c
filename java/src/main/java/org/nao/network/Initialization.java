package org.nao.network;

/** How the starting values of a tensor are drawn. */
public enum Initialization {
  /** Normal with mean 0 and variance 2 / fanIn (He et al. 2015). */
  KAIMING_NORMAL,
  /** Normal with mean 0 and deviation 1e-3: architecture weights. */
  SMALL_NORMAL,
  /** Uniform in +-1 / sqrt(fanIn). */
  UNIFORM,
  /** All values are 0. */
  ZERO,
  /** All values are 1. */
  ONE
}
