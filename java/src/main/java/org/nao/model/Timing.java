package org.nao.model;

import java.util.Arrays;

/**
 * How long a forward pass takes, with the copies of its images and logits.
 *
 * @param batch images of a pass
 * @param medianMillis of the measured passes
 * @param percentile95Millis what 95 in 100 passes do not exceed
 * @param imagesPerSecond at the median
 */
public record Timing(
    int batch, double medianMillis, double percentile95Millis, double imagesPerSecond) {
  private static final long LEAST_NANOS = 300_000_000;
  private static final int LEAST_PASSES = 20;
  private static final int MOST_PASSES = 1000;
  private static final int WARM_UP = 5;
  private static final double NANOS_PER_MILLI = 1e6;
  private static final double MILLIS_PER_SECOND = 1e3;

  /** Measures passes of a model over {@code batch} images. */
  public static Timing of(OpenModel model, ModelInfo info, ModelImages images, int batch) {
    final int[] indices = new int[batch];
    Arrays.setAll(indices, i -> images.indices()[i % images.indices().length]);
    final float[] pixels = Pixels.normalised(images.set(), info, indices, 0, batch);
    return of(batch, () -> model.logits(pixels, batch));
  }

  /** Measures a pass of {@code batch} images for about a third of a second, at least 20 times. */
  public static Timing of(int batch, Runnable pass) {
    for (int i = 0; i < WARM_UP; i++) {
      pass.run();
    }
    final double[] millis = new double[MOST_PASSES];
    int passes = 0;
    final long start = System.nanoTime();
    while (passes < LEAST_PASSES
        || passes < MOST_PASSES && System.nanoTime() - start < LEAST_NANOS) {
      final long before = System.nanoTime();
      pass.run();
      millis[passes] = (System.nanoTime() - before) / NANOS_PER_MILLI;
      passes++;
    }
    Arrays.sort(millis, 0, passes);
    final double median = millis[passes / 2];
    return new Timing(
        batch,
        median,
        millis[(int) Math.ceil(0.95 * passes) - 1],
        batch * MILLIS_PER_SECOND / median);
  }
}
