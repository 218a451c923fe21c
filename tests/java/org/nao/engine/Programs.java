package org.nao.engine;

import java.util.ArrayList;
import java.util.List;

/**
 * The smallest network there is: conv 3x3, batch normalisation, ReLU, global average pool, linear,
 * cross entropy, on 3 x 8 x 8 images of 4 classes.
 */
final class Programs {
  static final int CHANNELS = 3;
  static final int SIDE = 8;
  static final int CLASSES = 4;
  static final int FEATURES = 5;
  static final int IMAGE_SIZE = CHANNELS * SIDE * SIDE;

  /**
   * conv, gamma, beta, running mean, running variance, linear, bias, and one that is never used.
   */
  static final long[] SIZES = {
    FEATURES * CHANNELS * 9, FEATURES, FEATURES, FEATURES, FEATURES, CLASSES * FEATURES, CLASSES, 7
  };

  static final boolean[] TRAINABLE = {true, true, true, false, false, true, true, true};

  private static final int MAGIC = 0x4E414F31;
  private static final int VERSION = 1;

  private Programs() {}

  static int[] small() {
    final List<int[]> operations =
        List.of(
            operation(1, 0, 0, FEATURES, 3, 1, 1),
            operation(4, 1, 1, 2, 3, 4, 0),
            operation(5, 2),
            operation(13, 3),
            operation(14, 4, 5, 6, CLASSES),
            operation(15, 5, Float.floatToRawIntBits(1), 0));
    final List<Integer> words =
        new ArrayList<>(List.of(MAGIC, VERSION, CHANNELS, SIDE, SIDE, CLASSES, operations.size()));
    for (final int[] operation : operations) {
      for (final int word : operation) {
        words.add(word);
      }
    }
    return words.stream().mapToInt(Integer::intValue).toArray();
  }

  private static int[] operation(int opcode, int... arguments) {
    final int[] words = new int[2 + arguments.length];
    words[0] = opcode;
    words[1] = arguments.length;
    System.arraycopy(arguments, 0, words, 2, arguments.length);
    return words;
  }
}
