package org.nao.supernet;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Which validation images an architecture is evaluated on. */
public final class EvaluationImages {
  private EvaluationImages() {}

  /** The first {@code count} validation images, the same for all architectures. */
  public static int[] first(int[] validation, int count) {
    return Arrays.copyOf(validation, count);
  }

  /** {@code count} different validation images in random order. */
  public static int[] random(int[] validation, int count, long seed) {
    final int[] images = validation.clone();
    final SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < count; i++) {
      final int j = random.nextInt(i, images.length);
      final int drawn = images[j];
      images[j] = images[i];
      images[i] = drawn;
    }
    return Arrays.copyOf(images, count);
  }
}
