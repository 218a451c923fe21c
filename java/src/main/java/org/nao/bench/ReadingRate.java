package org.nao.bench;

import java.util.Arrays;
import org.nao.data.DataSource;
import org.nao.data.ImageData;
import org.nao.data.ImageForm;
import org.nao.engine.Device;

/**
 * How fast a data set is read and made to images.
 *
 * @param images training and test images
 * @param pixelBytes of all images in memory
 * @param medianSeconds of a reading
 * @param worstSeconds of a reading
 * @param imagesPerSecond in the median
 * @param fileFirst images a second from the file of decoded pictures, at random places; 0: memory
 *     holds the images
 * @param fileAgain the same images once more
 * @param trained images a second that the engine trains on, see {@link TrainedRate}
 */
public record ReadingRate(
    int images,
    long pixelBytes,
    double medianSeconds,
    double worstSeconds,
    double imagesPerSecond,
    double fileFirst,
    double fileAgain,
    double trained) {
  private static final double NANOS_PER_SECOND = 1e9;

  /**
   * Reads the data set several times, once more before, which fills the system's cache of files.
   * The cache of decoded pictures is not used, but sets that memory does not hold are written to
   * it, and read from it at random places.
   *
   * @param repetitions at least 1
   * @param device that trains
   */
  public static ReadingRate of(DataSource source, ImageForm form, int repetitions, Device device) {
    final ImageData first = source.load(form.decodedAnew());
    final FileRate file = FileRate.of(first.training());
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
        first.training().pixels().bytes() + first.test().pixels().bytes(),
        median,
        seconds[repetitions - 1],
        images / median,
        file.first(),
        file.again(),
        TrainedRate.of(first.training(), device).imagesPerSecond());
  }
}
