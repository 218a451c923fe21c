package org.nao.engine;

import org.nao.binding.global.Nao;

/** Why the engine failed. */
public enum Status {
  /** An argument or a program is wrong. */
  INVALID,
  /** The device asked for is not there. */
  NO_DEVICE,
  /** Out of memory. */
  NO_MEMORY,
  /** The loss became NaN or infinite. */
  NOT_FINITE,
  /** A defect of the engine, or its library cannot be loaded. */
  INTERNAL;

  /** Of a {@code nao_status} other than {@code NAO_OK}. */
  static Status of(int code) {
    return switch (code) {
      case Nao.NAO_INVALID -> INVALID;
      case Nao.NAO_NO_DEVICE -> NO_DEVICE;
      case Nao.NAO_NO_MEMORY -> NO_MEMORY;
      case Nao.NAO_NOT_FINITE -> NOT_FINITE;
      default -> INTERNAL;
    };
  }
}
