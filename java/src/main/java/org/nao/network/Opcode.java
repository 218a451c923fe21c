package org.nao.network;

import java.util.Arrays;

/** Operations of a program with their numbers in the engine's encoding. */
public enum Opcode {
  CONV2D(1),
  DEPTHWISE(2),
  POINTWISE(3),
  BATCH_NORM(4),
  RELU(5),
  AVG_POOL(6),
  MAX_POOL(7),
  ADD(8),
  CONCAT(9),
  SHIFT_SUBSAMPLE(10),
  DROP_PATH(11),
  DROPOUT(12),
  GLOBAL_AVG_POOL(13),
  LINEAR(14),
  SOFTMAX_CROSS_ENTROPY(15),
  WEIGHTED_SUM(16),
  ZERO(17),
  RELU6(18);

  private final int word;

  Opcode(int word) {
    this.word = word;
  }

  /** The one with that number. */
  static Opcode of(int word) {
    return Arrays.stream(values()).filter(each -> each.word == word).findFirst().orElseThrow();
  }

  int word() {
    return word;
  }
}
