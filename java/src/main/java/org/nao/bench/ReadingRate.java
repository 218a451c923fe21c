package org.nao.bench;

import java.util.Arrays;
import org.nao.data.DataSource;
import org.nao.data.ImageData;
import org.nao.data.ImageForm;

/**
 * How fast a data set is read and made to images.
 *
 * @param images training and test images
 * @param pixelBytes of all images in memory
 * @param medianSeconds of a reading
 * @param worstSeconds of a reading
 * @param imagesPerSecond in the median
 */
public record ReadingRate(
    int images,
    long pixelBytes,
    double medianSeconds,
    double worstSeconds,
    double imagesPerSecond) {
  private static final double NANOS_PER_SECOND = 1e9;

  /**
   * Reads the data set several times, once more before, which fills the system's cache of files.
   * The cache of decoded pictures is not used.
   *
   * @param repetitions at least 1
   */
  public static ReadingRate of(DataSource source, ImageForm form, int repetitions) {
    final ImageData first = source.load(form.decodedAnew());
    final double[] seconds = new double[repetitions];
    for (int i = 0; i < repetitions; i++) {
      final long start = System.nanoTime();
      source.load(form.decodedAnew());
      seconds[i] = (System.nanoTime() - start) / NANOS_PER_SECOND;
    }
    Arrays.sort(seconds);
    final int images = first.training().count() + first.test().count();
    final double median = seconds[repetitions / 2];
    return new ReadingRate(
        images,
        (long) first.training().pixels().length + first.test().pixels().length,
        median,
        seconds[repetitions - 1],
        images / median);
  }
}
