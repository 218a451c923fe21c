package org.nao.model;

import java.util.Random;
import org.nao.data.ImageSet;

/** Images as a network takes them: float, scaled to 0..1 and normalised channel by channel. */
public final class Pixels {
  private static final float LEVELS = 255;

  private Pixels() {}

  /**
   * Some images of a set.
   *
   * @param statistics means and deviations to normalise with
   * @param indices of the images
   * @param from first index taken
   * @param to index after the last
   * @return N,C,H,W
   */
  public static float[] normalised(
      ImageSet set, ModelInfo statistics, int[] indices, int from, int to) {
    final int plane = set.height() * set.width();
    final int size = set.channels() * plane;
    final float[] images = new float[Math.multiplyExact(to - from, size)];
    int next = 0;
    for (int i = from; i < to; i++) {
      int pixel = Math.multiplyExact(indices[i], size);
      for (int channel = 0; channel < set.channels(); channel++) {
        final float mean = statistics.mean().get(channel);
        final float deviation = statistics.deviation().get(channel);
        for (int k = 0; k < plane; k++) {
          images[next++] = ((set.pixels()[pixel++] & 0xff) / LEVELS - mean) / deviation;
        }
      }
    }
    return images;
  }

  /** Normally distributed values, the same in every call, for where no images are at hand. */
  public static float[] random(ModelInfo info, int count) {
    final Random random = new Random(0);
    final float[] images =
        new float[Math.multiplyExact(count, info.imageChannels() * info.height() * info.width())];
    for (int i = 0; i < images.length; i++) {
      images[i] = (float) random.nextGaussian();
    }
    return images;
  }
}
