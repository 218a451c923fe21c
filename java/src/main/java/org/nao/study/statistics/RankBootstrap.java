package org.nao.study.statistics;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Percentile bootstrap of rank metrics (Efron 1979) over the architectures and over the seeds of
 * what scores them: every resample draws as many of both as there are, with replacement, and means
 * the metrics over the drawn seeds. The draws are the same for every score of the same
 * architectures and seeds, so that two scores are compared in pairs.
 */
public final class RankBootstrap {
  private final RankMetric.Truth truth;
  private final double level;
  private final long[] seeds;

  /**
   * A bootstrap.
   *
   * @param level probability that an interval is to hold, for example 0.95
   * @param seed of all draws
   */
  public RankBootstrap(RankMetric.Truth truth, int resamples, double level, long seed) {
    this.truth = truth;
    this.level = level;
    seeds = new SplittableRandom(seed).longs(resamples).toArray();
  }

  /**
   * The metrics of every resample, mean over its seeds.
   *
   * @param scores of all architectures, for each seed
   */
  public double[][] metrics(List<double[]> scores) {
    final List<RankMetric.Ranking> rankings =
        scores.stream().map(each -> new RankMetric.Ranking(each, truth)).toList();
    return IntStream.range(0, seeds.length)
        .parallel()
        .mapToObj(resample -> metrics(rankings, new SplittableRandom(seeds[resample])))
        .toArray(double[][]::new);
  }

  private double[] metrics(List<RankMetric.Ranking> scores, SplittableRandom random) {
    final int items = truth.accuracies().length;
    final int[] chosen = random.ints(items, 0, items).toArray();
    final int[] times = new int[scores.size()];
    random.ints(times.length, 0, times.length).forEach(seed -> times[seed]++);
    final double[] means = new double[RankMetric.values().length];
    for (int seed = 0; seed < times.length; seed++) {
      if (times[seed] > 0) {
        final double[] found = scores.get(seed).of(chosen);
        for (int i = 0; i < means.length; i++) {
          means[i] += found[i] * times[seed] / times.length;
        }
      }
    }
    return means;
  }

  /** The metrics of all architectures, mean over the seeds. */
  public double[] means(List<double[]> scores) {
    final double[] means = new double[RankMetric.values().length];
    for (final double[] score : scores) {
      final double[] found = RankMetric.of(score, truth);
      for (int i = 0; i < means.length; i++) {
        means[i] += found[i] / scores.size();
      }
    }
    return means;
  }

  /** The interval of a metric of what {@link #metrics} found. */
  public Interval interval(double[][] metrics, RankMetric metric) {
    return Bootstrap.middle(
        IntStream.range(0, metrics.length)
            .mapToDouble(resample -> metrics[resample][metric.ordinal()])
            .toArray(),
        level);
  }

  /**
   * The interval of the difference of a metric, one score's less another's, resample by resample.
   */
  public Interval difference(double[][] one, double[][] other, RankMetric metric) {
    return Bootstrap.middle(
        IntStream.range(0, one.length)
            .mapToDouble(
                resample -> one[resample][metric.ordinal()] - other[resample][metric.ordinal()])
            .toArray(),
        level);
  }
}
