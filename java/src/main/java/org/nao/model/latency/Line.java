package org.nao.model.latency;

import java.util.Arrays;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** The calibration of a table: a line through sums and measured networks. */
final class Line {
  private Line() {}

  /**
   * The table with the line of Theil and Sen: its slope is the median of those of all pairs, so
   * that single slow measurements hardly move it. Where it falls, or begins below 0, the line
   * through 0 with the median of the ratios.
   *
   * @param sums of the networks' operations, milliseconds
   * @param measured the networks' milliseconds
   */
  static LatencyTable through(double[] sums, double[] measured, LatencyTable table) {
    final double slope =
        median(
            IntStream.range(0, sums.length)
                .boxed()
                .flatMapToDouble(
                    i ->
                        IntStream.range(0, i)
                            .filter(j -> sums[i] != sums[j])
                            .mapToDouble(j -> (measured[i] - measured[j]) / (sums[i] - sums[j]))));
    final double base =
        median(IntStream.range(0, sums.length).mapToDouble(i -> measured[i] - slope * sums[i]));
    if (slope > 0 && base >= 0) {
      return table.calibrated(base, slope);
    }
    final double ratio =
        median(
            IntStream.range(0, sums.length)
                .filter(i -> sums[i] > 0)
                .mapToDouble(i -> measured[i] / sums[i]));
    return ratio > 0
        ? table.calibrated(0, ratio)
        : table.calibrated(median(Arrays.stream(measured)), 0);
  }

  /** The upper one of two; 0 of no values. */
  private static double median(DoubleStream values) {
    final double[] sorted = values.sorted().toArray();
    return sorted.length == 0 ? 0 : sorted[sorted.length / 2];
  }
}
