package org.nao.engine;

/** Whether a GPU uses cuDNN and cuBLASLt beside the engine's own kernels. */
public enum Libraries {
  /** Own kernels alone: the same numbers on every GPU of a kind. */
  OFF,
  /**
   * Each library where it is there and was measured to be faster. Choices are remembered on the
   * machine: the same numbers in its next run, but not on a machine that chose otherwise.
   */
  AUTO
}
