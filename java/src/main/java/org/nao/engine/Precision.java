package org.nao.engine;

import org.nao.binding.global.Nao;

/**
 * What a GPU computes in. Parameters, statistics, logits and losses are fp32 or more in each; a CPU
 * has fp32 alone.
 */
public enum Precision {
  FP32(Nao.NAO_FP32),
  /**
   * Matrix products of more than 80 outputs on tensor cores, operands rounded to 11 significant
   * bits; smaller ones are faster in fp32.
   */
  TF32(Nao.NAO_TF32),
  /** As {@link #TF32}, and feature maps and their gradients are kept in bfloat16. */
  BF16(Nao.NAO_BF16);

  private final int code;

  Precision(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }
}
