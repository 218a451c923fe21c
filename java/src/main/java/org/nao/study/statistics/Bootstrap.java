package org.nao.study.statistics;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;

/**
 * Percentile bootstrap (Efron 1979): a statistic is computed again and again on as many items as
 * there are, drawn from them with replacement; the middle of its distribution is the interval.
 */
public final class Bootstrap {
  private final int items;
  private final int resamples;
  private final double level;
  private final long seed;

  /**
   * A bootstrap whose draws depend on the seed and the number of items only, so that statistics of
   * the same items are compared on the same draws.
   *
   * @param items at least one
   * @param level probability that the interval is to hold, for example 0.95
   */
  public Bootstrap(int items, int resamples, double level, long seed) {
    if (items < 1 || resamples < 1 || !(level > 0 && level < 1)) {
      throw new IllegalArgumentException(
          "%d items, %d resamples and level %s: expected at least 1, 1 and between 0 and 1"
              .formatted(items, resamples, level));
    }
    this.items = items;
    this.resamples = resamples;
    this.level = level;
    this.seed = seed;
  }

  /**
   * The interval of a statistic. Draws for which it is NaN are left out.
   *
   * @param statistic of the items at some indices, ascending, some of them repeated
   */
  public Interval interval(ToDoubleFunction<int[]> statistic) {
    final SplittableRandom random = new SplittableRandom(seed);
    final double[] values =
        Arrays.stream(new int[resamples][])
            .mapToDouble(
                none -> statistic.applyAsDouble(random.ints(items, 0, items).sorted().toArray()))
            .toArray();
    return middle(values, level);
  }

  /** The middle of a distribution, NaN left out, that holds a share {@code level} of it. */
  static Interval middle(double[] distribution, double level) {
    final double[] values =
        Arrays.stream(distribution).filter(value -> !Double.isNaN(value)).toArray();
    if (values.length == 0) {
      return new Interval(Double.NaN, Double.NaN);
    }
    final Percentile percentile =
        new Percentile().withEstimationType(Percentile.EstimationType.R_7);
    percentile.setData(values);
    final double tail = 100 * (1 - level) / 2;
    return new Interval(percentile.evaluate(tail), percentile.evaluate(100 - tail));
  }
}
