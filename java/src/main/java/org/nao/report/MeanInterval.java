package org.nao.report;

import java.math.BigDecimal;
import org.apache.commons.math3.distribution.TDistribution;

/** The one meaning of a mean's confidence interval in all reports: Student's t. */
public final class MeanInterval {
  private MeanInterval() {}

  /**
   * Half the length of the interval.
   *
   * @param deviation standard deviation of the values
   * @param count of the values; NaN is returned for fewer than two
   * @param level probability that the interval is to hold, for example 0.95
   */
  public static double half(double deviation, int count, double level) {
    return count < 2
        ? Double.NaN
        : new TDistribution(count - 1).inverseCumulativeProbability((1 + level) / 2)
            * deviation
            / Math.sqrt(count);
  }

  /** What texts and captions call it, for example "95 % interval of the mean (Student's t)". */
  public static String words(double level) {
    return percent(level) + " interval of the mean (Student's t)";
  }

  /** A probability as percent, with all of its digits. */
  public static String percent(double level) {
    return BigDecimal.valueOf(level).movePointRight(2).stripTrailingZeros().toPlainString() + " %";
  }
}
