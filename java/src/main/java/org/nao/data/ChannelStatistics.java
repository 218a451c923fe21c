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
  private static final int LEVELS = 256;

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

  /** Exact statistics (by histogram) of {@code pixels} N,C,plane; at least one image. */
  static ChannelStatistics of(byte[] pixels, int channels, int plane) {
    final long[][] histogram = new long[channels][LEVELS];
    for (int start = 0, channel = 0; start < pixels.length; start += plane) {
      final long[] counts = histogram[channel];
      for (int i = start; i < start + plane; i++) {
        counts[pixels[i] & 0xff]++;
      }
      channel = channel + 1 == channels ? 0 : channel + 1;
    }
    final float[] mean = new float[channels];
    final float[] deviation = new float[channels];
    for (int channel = 0; channel < channels; channel++) {
      long count = 0;
      long sum = 0;
      for (int level = 0; level < LEVELS; level++) {
        count += histogram[channel][level];
        sum += level * histogram[channel][level];
      }
      final double average = (double) sum / count;
      double squares = 0;
      for (int level = 0; level < LEVELS; level++) {
        squares += histogram[channel][level] * (level - average) * (level - average);
      }
      final double spread = Math.sqrt(squares / count);
      mean[channel] = (float) (average / (LEVELS - 1));
      deviation[channel] = spread > 0 ? (float) (spread / (LEVELS - 1)) : 1;
    }
    return new ChannelStatistics(mean, deviation);
  }
}
