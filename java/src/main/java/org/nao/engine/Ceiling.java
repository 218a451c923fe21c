package org.nao.engine;

import org.nao.binding.global.Nao;

/** What a device can do at most. */
public enum Ceiling {
  /** 1e9 bytes per second, read plus written, of a copy in its memory. */
  COPY(Nao.NAO_CEILING_COPY),
  /** 1e9 operations per second of independent fp32 multiply-adds. */
  MULTIPLY_ADD(Nao.NAO_CEILING_MULTIPLY_ADD),
  /** 1e9 operations per second of tf32 tensor core products. */
  TF32(Nao.NAO_CEILING_TF32),
  /** 1e9 operations per second of bf16 tensor core products. */
  BF16(Nao.NAO_CEILING_BF16);

  private final int code;

  Ceiling(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }
}
