package org.nao.model;

import java.util.Random;
import java.util.stream.IntStream;
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
    IntStream.range(0, to - from)
        .parallel() // images of a file are read, and perhaps cropped
        .forEach(
            i -> {
              final byte[] image = new byte[size];
              set.pixels().read(indices[from + i], image, 0);
              normalise(image, plane, statistics, images, i * size);
            });
    return images;
  }

  /** Puts the image C,plane into {@code images} from {@code next} on. */
  private static void normalise(
      byte[] image, int plane, ModelInfo statistics, float[] images, int next) {
    for (int i = 0; i < image.length; i++) {
      final float mean = statistics.mean().get(i / plane);
      final float deviation = statistics.deviation().get(i / plane);
      images[next + i] = ((image[i] & 0xff) / LEVELS - mean) / deviation;
    }
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
