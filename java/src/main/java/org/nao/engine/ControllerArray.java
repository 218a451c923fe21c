package org.nao.engine;

import org.nao.binding.global.Nao;

/** Which of the arrays that a {@link ControllerNetwork} or a {@link Policy} keeps is meant. */
public enum ControllerArray {
  WEIGHTS(Nao.NAO_VALUE),
  /** The last step's gradient, before clipping. */
  GRADIENT(Nao.NAO_GRADIENT),
  /** Adam's first moment. */
  FIRST_MOMENT(Nao.NAO_MOMENTUM),
  /** Adam's second moment. */
  SECOND_MOMENT(Nao.NAO_SECOND_MOMENT);

  private final int code;

  ControllerArray(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }
}
