package org.nao.engine;

import org.nao.binding.global.Nao;

/** Which of the arrays that a network keeps per tensor is meant; all have the tensor's size. */
public enum TensorArray {
  /** The weights, or a buffer's content. */
  VALUE(Nao.NAO_VALUE),
  /** The last step's gradient, before clipping. */
  GRADIENT(Nao.NAO_GRADIENT),
  /** The optimizer's momentum. */
  MOMENTUM(Nao.NAO_MOMENTUM);

  private final int code;

  TensorArray(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }
}
