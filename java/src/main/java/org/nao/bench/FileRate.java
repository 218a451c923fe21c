package org.nao.bench;

import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.nao.data.FilePixels;
import org.nao.data.ImageSet;

/**
 * How fast images are read from the file that holds them, at random places and on all processors,
 * each compared with its checksum.
 *
 * @param first images a second in the first reading
 * @param again images a second of the same images, which the system has kept where it could
 */
record FileRate(double first, double again) {
  private static final int MOST_IMAGES = 4096;
  private static final double NANOS_PER_SECOND = 1e9;

  /** Of the images of a set; zeros where they are in memory. */
  static FileRate of(ImageSet set) {
    if (!(set.pixels() instanceof FilePixels pixels)) {
      return new FileRate(0, 0);
    }
    final int[] images =
        new SplittableRandom(1).ints(Math.min(MOST_IMAGES, set.count()), 0, set.count()).toArray();
    return new FileRate(rate(pixels, images), rate(pixels, images));
  }

  private static double rate(FilePixels pixels, int[] images) {
    final long start = System.nanoTime();
    IntStream.of(images)
        .parallel()
        .forEach(image -> pixels.read(image, new byte[pixels.imageBytes()], 0));
    return images.length * NANOS_PER_SECOND / (System.nanoTime() - start);
  }
}
