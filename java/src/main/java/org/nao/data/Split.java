package org.nao.data;

import java.util.Arrays;
import java.util.Random;
import org.nao.error.InvalidValue;

/**
 * Image indices for training and for validation: disjoint, together all images, each in random
 * order. The same arguments give the same split on every machine.
 *
 * @param training indices into the training set
 * @param validation indices into the training set
 */
public record Split(int[] training, int[] validation) {

  /**
   * A uniformly random split of {@code count} images.
   *
   * @throws InvalidValue unless {@code 0 <= validationCount < count}
   */
  public static Split random(int count, int validationCount, long seed) {
    check(count, validationCount);
    final int[] order = shuffled(count, new Random(seed));
    return new Split(
        Arrays.copyOfRange(order, validationCount, count), Arrays.copyOf(order, validationCount));
  }

  /**
   * A random split in which validation has every class in its share of all images, up to one image.
   *
   * @param labels of all images, 0..classes-1
   * @throws InvalidValue unless {@code 0 <= validationCount < labels.length}
   */
  public static Split stratified(int[] labels, int classes, int validationCount, long seed) {
    check(labels.length, validationCount);
    final int[] left = validationPerClass(labels, classes, validationCount);
    final int[] training = new int[labels.length - validationCount];
    final int[] validation = new int[validationCount];
    int trained = 0;
    int validated = 0;
    for (final int index : shuffled(labels.length, new Random(seed))) {
      if (left[labels[index]] > 0) {
        left[labels[index]]--;
        validation[validated++] = index;
      } else {
        training[trained++] = index;
      }
    }
    return new Split(training, validation);
  }

  private static void check(int count, int validationCount) {
    if (validationCount < 0 || validationCount >= count) {
      throw new InvalidValue(
          "validation",
          "is %,d, must be 0 to %,d of the %,d training images"
              .formatted(validationCount, count - 1, count));
    }
  }

  /** Largest-remainder shares; equal remainders go to the lower class. */
  private static int[] validationPerClass(int[] labels, int classes, int validationCount) {
    final int[] perClass = new int[classes];
    for (final int label : labels) {
      perClass[label]++;
    }
    final int[] share = new int[classes];
    final long[] remainder = new long[classes];
    int given = 0;
    for (int c = 0; c < classes; c++) {
      final long scaled = (long) perClass[c] * validationCount;
      share[c] = (int) (scaled / labels.length);
      remainder[c] = scaled % labels.length;
      given += share[c];
    }
    for (; given < validationCount; given++) {
      int largest = 0;
      for (int c = 1; c < classes; c++) {
        if (remainder[c] > remainder[largest]) {
          largest = c;
        }
      }
      share[largest]++;
      remainder[largest] = -1;
    }
    return share;
  }

  private static int[] shuffled(int count, Random random) {
    final int[] order = new int[count];
    for (int i = 0; i < count; i++) {
      final int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }
}
