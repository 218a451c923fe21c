package org.nao.network;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Draws the starting values of a network's tensors.
 *
 * <p>A value depends on the seed, the tensor's name and the value's position in the tensor only: it
 * is the same in whatever order tensors are filled and whatever other tensors the network has.
 *
 * @param seed of all draws
 */
public record Initializer(long seed) {

  /** Step of the SplitMix64 sequence (Steele et al. 2014), 2^64 divided by the golden ratio. */
  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

  private static final long FNV_OFFSET = 0xCBF29CE484222325L;
  private static final long FNV_PRIME = 0x100000001B3L;
  private static final double UNIT = 0x1.0p-53;
  private static final double SMALL_DEVIATION = 1e-3;

  /** The values of all tensors, one tensor after another at {@link ParameterTable#offset}. */
  public float[] values(ParameterTable table) {
    final float[] values = new float[table.elements()];
    for (int i = 0; i < table.size(); i++) {
      fill(table.parameters().get(i), values, table.offset(i));
    }
    return values;
  }

  /** Fills {@code dst} from {@code offset} on with the values of one tensor. */
  public void fill(ParameterSpec parameter, float[] dst, int offset) {
    final int end = Math.toIntExact(offset + parameter.elements());
    switch (parameter.initialization()) {
      case ZERO -> Arrays.fill(dst, offset, end, 0.0f);
      case ONE -> Arrays.fill(dst, offset, end, 1.0f);
      case UNIFORM -> fillUniform(parameter, dst, offset, end);
      case KAIMING_NORMAL ->
          fillNormal(parameter, dst, offset, end, Math.sqrt(2.0 / parameter.fanIn()));
      case SMALL_NORMAL -> fillNormal(parameter, dst, offset, end, SMALL_DEVIATION);
    }
  }

  private void fillUniform(ParameterSpec parameter, float[] dst, int offset, int end) {
    final long key = key(parameter.name());
    final double bound = 1 / Math.sqrt(parameter.fanIn());
    for (int i = offset; i < end; i++) {
      dst[i] = (float) ((2 * unit(key, i - offset) - 1) * bound);
    }
  }

  /** Box-Muller: two uniform draws make two normal ones. StrictMath is the same everywhere. */
  private void fillNormal(
      ParameterSpec parameter, float[] dst, int offset, int end, double deviation) {
    final long key = key(parameter.name());
    for (int i = offset; i < end; i += 2) {
      final double radius = deviation * Math.sqrt(-2 * StrictMath.log(1 - unit(key, i - offset)));
      final double angle = 2 * Math.PI * unit(key, i - offset + 1);
      dst[i] = (float) (radius * StrictMath.cos(angle));
      if (i + 1 < end) {
        dst[i + 1] = (float) (radius * StrictMath.sin(angle));
      }
    }
  }

  private long key(String name) {
    long hash = FNV_OFFSET;
    for (final byte b : name.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xFF)) * FNV_PRIME;
    }
    return mix(hash + mix(seed + GOLDEN_GAMMA));
  }

  /** Draw {@code counter} of a tensor, in [0, 1). */
  private static double unit(long key, long counter) {
    return (mix(key + (counter + 1) * GOLDEN_GAMMA) >>> 11) * UNIT;
  }

  /** The output function of SplitMix64. */
  private static long mix(long z) {
    final long a = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    final long b = (a ^ (a >>> 27)) * 0x94D049BB133111EBL;
    return b ^ (b >>> 31);
  }
}
