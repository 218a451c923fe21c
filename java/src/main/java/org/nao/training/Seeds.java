package org.nao.training;

/**
 * Independent seeds for the parts of a run, each a function of the run's seed and of where the part
 * stands. So a resumed run draws what an uninterrupted one would have drawn.
 */
public final class Seeds {
  /** Step of the SplitMix64 sequence (Steele et al. 2014). */
  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

  private Seeds() {}

  /** The seed of the part that {@code path} leads to, for example purpose, round, epoch. */
  public static long derive(long seed, long... path) {
    long value = mix(seed + GOLDEN_GAMMA);
    for (final long part : path) {
      value = mix(value ^ mix(part + GOLDEN_GAMMA)) + GOLDEN_GAMMA;
    }
    return value;
  }

  private static long mix(long value) {
    long z = value;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
