package org.nao.training;

import java.util.SplittableRandom;

/** Draws random orders of images. */
public final class ImageOrder {
  private ImageOrder() {}

  /** The images in the random order that {@code seed} gives. */
  public static int[] shuffled(int[] images, long seed) {
    final SplittableRandom random = new SplittableRandom(seed);
    final int[] order = images.clone();
    for (int i = order.length - 1; i > 0; i--) {
      final int j = random.nextInt(i + 1);
      final int image = order[i];
      order[i] = order[j];
      order[j] = image;
    }
    return order;
  }
}
