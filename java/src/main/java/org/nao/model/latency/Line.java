package org.nao.model.latency;

import java.util.Arrays;

/** The calibration of a table: a line through sums and measured networks. */
final class Line {
  private Line() {}

  /**
   * The table with the line of least squares; where that falls, or begins below 0, the line through
   * 0 and the means.
   *
   * @param sums of the networks' operations, milliseconds
   * @param measured the networks' milliseconds
   */
  static LatencyTable through(double[] sums, double[] measured, LatencyTable table) {
    final double meanSum = Arrays.stream(sums).average().orElseThrow();
    final double meanMeasured = Arrays.stream(measured).average().orElseThrow();
    double covariance = 0;
    double variance = 0;
    for (int i = 0; i < sums.length; i++) {
      covariance += (sums[i] - meanSum) * (measured[i] - meanMeasured);
      variance += (sums[i] - meanSum) * (sums[i] - meanSum);
    }
    final double slope = variance > 0 ? covariance / variance : 0;
    final double base = meanMeasured - slope * meanSum;
    if (slope > 0 && base >= 0) {
      return table.calibrated(base, slope);
    }
    return meanSum > 0
        ? table.calibrated(0, meanMeasured / meanSum)
        : table.calibrated(meanMeasured, 1);
  }
}
