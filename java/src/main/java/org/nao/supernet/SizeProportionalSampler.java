package org.nao.supernet;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.random.RandomGenerator;

/**
 * Draws indices i with probability w_i / sum_j w_j in constant time (alias method, Vose 1991), w_i
 * the model size of architecture i: larger networks need more steps to be judged fairly.
 */
public final class SizeProportionalSampler {
  private final double[] threshold;
  private final int[] alias;

  /**
   * A sampler of {@code weights.length} indices.
   *
   * @param weights finite and above 0, at least one
   */
  public SizeProportionalSampler(double[] weights) {
    if (weights.length == 0) {
      throw new IllegalArgumentException("there is nothing to sample from");
    }
    for (final double weight : weights) {
      if (!(weight > 0) || Double.isInfinite(weight)) {
        throw new IllegalArgumentException("a weight is " + weight + ", must be above 0");
      }
    }
    final int count = weights.length;
    final double mean = Arrays.stream(weights).sum() / count;
    threshold = new double[count];
    alias = new int[count];
    final Deque<Integer> small = new ArrayDeque<>();
    final Deque<Integer> large = new ArrayDeque<>();
    for (int i = 0; i < count; i++) {
      threshold[i] = weights[i] / mean;
      alias[i] = i;
      (threshold[i] < 1 ? small : large).add(i);
    }
    while (!small.isEmpty() && !large.isEmpty()) {
      final int less = small.remove();
      final int more = large.element();
      alias[less] = more;
      threshold[more] -= 1 - threshold[less];
      if (threshold[more] < 1) {
        small.add(large.remove());
      }
    }
    // What rounding left over is full.
    small.forEach(i -> threshold[i] = 1);
    large.forEach(i -> threshold[i] = 1);
  }

  /** A sampler that takes each of {@code count} indices with the same probability. */
  public static SizeProportionalSampler uniform(int count) {
    final double[] weights = new double[count];
    Arrays.fill(weights, 1);
    return new SizeProportionalSampler(weights);
  }

  /** Draws the next index. */
  public int sample(RandomGenerator random) {
    final int column = random.nextInt(threshold.length);
    return random.nextDouble() < threshold[column] ? column : alias[column];
  }
}
