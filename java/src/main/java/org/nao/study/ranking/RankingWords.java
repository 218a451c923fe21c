package org.nao.study.ranking;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.nao.study.statistics.Interval;

/** How the reports of ranking studies write numbers. */
final class RankingWords {
  static final double PERCENT = 100;

  private RankingWords() {}

  static String number(double value) {
    return Double.isNaN(value) ? "undefined" : String.format(Locale.ROOT, "%.3f", value);
  }

  static String interval(Interval interval) {
    return number(interval.low()) + " to " + number(interval.high());
  }

  /** A fraction with two digits in percent. */
  static String percent(double fraction) {
    return String.format(Locale.ROOT, "%.2f %%", PERCENT * fraction);
  }

  static double[] percents(double[] fractions) {
    return Arrays.stream(fractions).map(each -> PERCENT * each).toArray();
  }

  /** All digits; empty where it is not defined. */
  static String exact(double value) {
    return Double.isNaN(value) ? "" : String.valueOf(value);
  }

  static String lower(Factor factor) {
    return factor.name().toLowerCase(Locale.ROOT);
  }

  static double[] meanOverSeeds(List<double[]> accuracies) {
    final double[] means = new double[accuracies.get(0).length];
    Arrays.setAll(
        means, i -> accuracies.stream().mapToDouble(each -> each[i]).average().orElseThrow());
    return means;
  }

  static double mean(List<double[]> accuracies) {
    return Arrays.stream(meanOverSeeds(accuracies)).average().orElseThrow();
  }
}
