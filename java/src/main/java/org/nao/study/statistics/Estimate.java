package org.nao.study.statistics;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.apache.commons.math3.stat.descriptive.moment.StandardDeviation;

/**
 * A value measured with several seeds.
 *
 * @param mean over the seeds
 * @param deviation standard deviation over the seeds; NaN for one
 * @param interval confidence interval of the mean, over the choice of architectures
 */
public record Estimate(double mean, double deviation, Interval interval) {

  /**
   * A rank correlation of one-shot with stand-alone accuracies.
   *
   * @param oneShot accuracies of all architectures, for each seed
   * @param standalone accuracy of each architecture
   */
  public static Estimate of(
      List<double[]> oneShot,
      double[] standalone,
      ToDoubleFunction<RankCorrelation> metric,
      Bootstrap bootstrap) {
    final List<RankedPair> pairs =
        oneShot.stream().map(each -> new RankedPair(each, standalone)).toList();
    final double[] values =
        oneShot.stream()
            .mapToDouble(each -> metric.applyAsDouble(RankCorrelation.of(each, standalone)))
            .toArray();
    return new Estimate(
        mean(values),
        values.length == 1 ? Double.NaN : new StandardDeviation().evaluate(values),
        bootstrap.interval(
            chosen ->
                mean(
                    pairs.stream()
                        .mapToDouble(each -> metric.applyAsDouble(each.of(chosen)))
                        .toArray())));
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).sum() / values.length;
  }
}
