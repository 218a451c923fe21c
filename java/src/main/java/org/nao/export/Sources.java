package org.nao.export;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.nao.network.ProgramOperation;

/** Which arguments of an operation are values that it reads. */
final class Sources {
  private Sources() {}

  /** Their positions among the arguments. */
  static int[] positions(ProgramOperation operation) {
    return switch (operation.opcode()) {
      case ZERO -> new int[0];
      case ADD, CONCAT -> IntStream.rangeClosed(1, operation.argument(0)).toArray();
      case WEIGHTED_SUM -> IntStream.range(0, operation.argument(2)).map(i -> 3 + 2 * i).toArray();
      case CONV2D,
          DEPTHWISE,
          POINTWISE,
          BATCH_NORM,
          RELU,
          RELU6,
          AVG_POOL,
          MAX_POOL,
          SHIFT_SUBSAMPLE,
          DROP_PATH,
          DROPOUT,
          GLOBAL_AVG_POOL,
          LINEAR,
          SOFTMAX_CROSS_ENTROPY ->
          new int[] {0};
    };
  }

  /** The numbers of the values. */
  static int[] of(ProgramOperation operation) {
    return Arrays.stream(positions(operation)).map(operation::argument).toArray();
  }
}
