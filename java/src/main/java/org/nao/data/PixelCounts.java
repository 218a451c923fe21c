package org.nao.data;

/** How often each level occurs in each channel of images: what statistics are made of. */
final class PixelCounts {
  private static final int LEVELS = 256;

  private final long[][] counts;

  PixelCounts(int channels) {
    counts = new long[channels][LEVELS];
  }

  /** Adds images N,C,plane. */
  void add(byte[] pixels, int plane) {
    for (int start = 0, channel = 0; start < pixels.length; start += plane) {
      final long[] own = counts[channel];
      for (int i = start; i < start + plane; i++) {
        own[pixels[i] & 0xff]++;
      }
      channel = channel + 1 == counts.length ? 0 : channel + 1;
    }
  }

  /** Adds what another one has counted; for several threads. */
  synchronized void add(PixelCounts other) {
    for (int channel = 0; channel < counts.length; channel++) {
      for (int level = 0; level < LEVELS; level++) {
        counts[channel][level] += other.counts[channel][level];
      }
    }
  }

  /** Exact statistics of all that was added; at least one image. */
  ChannelStatistics statistics() {
    final float[] mean = new float[counts.length];
    final float[] deviation = new float[counts.length];
    for (int channel = 0; channel < counts.length; channel++) {
      long count = 0;
      long sum = 0;
      for (int level = 0; level < LEVELS; level++) {
        count += counts[channel][level];
        sum += level * counts[channel][level];
      }
      final double average = (double) sum / count;
      double squares = 0;
      for (int level = 0; level < LEVELS; level++) {
        squares += counts[channel][level] * (level - average) * (level - average);
      }
      final double spread = Math.sqrt(squares / count);
      mean[channel] = (float) (average / (LEVELS - 1));
      deviation[channel] = spread > 0 ? (float) (spread / (LEVELS - 1)) : 1;
    }
    return new ChannelStatistics(mean, deviation);
  }
}
