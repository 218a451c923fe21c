package org.nao.engine;

import org.nao.binding.global.Nao;

/** The reasons of a failure of the engine. */
public enum Status {
  /** An argument or a program is wrong. */
  INVALID,
  /** The device asked for is not there. */
  NO_DEVICE,
  /** The device or the machine has not enough memory. */
  NO_MEMORY,
  /** The loss became NaN or infinite. */
  NOT_FINITE,
  /** A file cannot be read, or is damaged. */
  FILE,
  /** Processes cannot exchange with each other, or can no longer. */
  EXCHANGE,
  /** A defect of the engine, or its library cannot be loaded. */
  INTERNAL;

  /** The reason that a {@code nao_status} other than {@code NAO_OK} stands for. */
  static Status of(int code) {
    return switch (code) {
      case Nao.NAO_INVALID -> INVALID;
      case Nao.NAO_NO_DEVICE -> NO_DEVICE;
      case Nao.NAO_NO_MEMORY -> NO_MEMORY;
      case Nao.NAO_NOT_FINITE -> NOT_FINITE;
      case Nao.NAO_FILE -> FILE;
      case Nao.NAO_EXCHANGE -> EXCHANGE;
      default -> INTERNAL;
    };
  }
}
