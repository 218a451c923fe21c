package org.nao.data;

/**
 * Mean and standard deviation of every channel, of pixels scaled to 0..1. Arrays are shared, not
 * copied.
 *
 * @param mean one value per channel
 * @param deviation one value per channel, above 0; a constant channel gets 1, so that it normalises
 *     to 0
 */
public record ChannelStatistics(float[] mean, float[] deviation) {
  public ChannelStatistics {
    if (mean.length != deviation.length) {
      throw new DataException(
          "mean and deviation must have one value per channel each, found "
              + mean.length
              + " and "
              + deviation.length
              + ".");
    }
    for (final float value : deviation) {
      if (!(value > 0)) {
        throw new DataException("a channel's deviation must be above 0, found " + value + ".");
      }
    }
  }

  /** Those of the first channel alone. */
  ChannelStatistics first() {
    return new ChannelStatistics(new float[] {mean[0]}, new float[] {deviation[0]});
  }

  /** Exact statistics of {@code pixels} N,C,plane; at least one image. */
  static ChannelStatistics of(byte[] pixels, int channels, int plane) {
    final PixelCounts counts = new PixelCounts(channels);
    counts.add(pixels, plane);
    return counts.statistics();
  }
}
