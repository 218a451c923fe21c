package org.nao.search.table;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;
import org.nao.report.MeanInterval;

/**
 * How good the searches were after how many queries.
 *
 * @param bestTest test accuracy of the best cell of the table, in percent
 * @param algorithms one entry per algorithm, the one the report is about first
 * @param differences of that algorithm to each other one, at the last query and halfway
 */
public record TableSummary(
    TableConfig config, double bestTest, List<Algorithm> algorithms, List<Difference> differences) {

  private static final int POINTS = 10;

  /** The confidence of all intervals in a report. */
  static final double CONFIDENCE = 0.95;

  /**
   * Test accuracies that an algorithm found, in percent, by queries from 1.
   *
   * @param runs searches averaged over
   * @param mean over the runs
   * @param deviation standard deviation over the runs, of a single search; 0 for one run
   */
  public record Algorithm(String name, int runs, double[] mean, double[] deviation) {}

  /**
   * A difference of two algorithms' means, with the interval that holds the true one with 95%
   * confidence (Student's t over the differences of the runs with the same number).
   */
  public record Difference(
      String algorithm, String other, int queries, double mean, double low, double high) {}

  /** The summary of all runs of a configuration. */
  public static TableSummary of(TableConfig config, CellTable table, List<SearchRun> runs) {
    final List<Algorithm> algorithms = new ArrayList<>();
    final List<double[][]> all = new ArrayList<>();
    for (final TableAlgorithm algorithm : config.algorithms()) {
      // In the order of the runs: sums of doubles depend on it.
      final TreeMap<Integer, double[]> byRun = new TreeMap<>();
      runs.stream()
          .filter(each -> each.algorithm().equals(algorithm.title()))
          .forEach(each -> byRun.put(each.run(), each.found(table)));
      final double[][] found = byRun.values().toArray(double[][]::new);
      all.add(found);
      algorithms.add(algorithm(algorithm.title(), config.queries(), found));
    }
    final List<Difference> differences = new ArrayList<>();
    if (config.runs() > 1) {
      for (int i = 1; i < all.size(); i++) {
        for (final int queries : List.of((config.queries() + 1) / 2, config.queries())) {
          differences.add(
              difference(algorithms.get(0), all.get(0), algorithms.get(i), all.get(i), queries));
        }
      }
    }
    return new TableSummary(config, table.bestTest(), algorithms, differences);
  }

  /** About ten numbers of queries, evenly spaced, at which to print the table. */
  public List<Integer> points() {
    final List<Integer> points = new ArrayList<>();
    for (int i = 1; i <= POINTS; i++) {
      final int point = Math.max(1, (int) ((long) config.queries() * i / POINTS));
      if (!points.contains(point)) {
        points.add(point);
      }
    }
    return points;
  }

  private static Algorithm algorithm(String name, int queries, double[][] found) {
    final double[] mean = new double[queries];
    final double[] deviation = new double[queries];
    for (int i = 0; i < queries; i++) {
      final SummaryStatistics statistics = new SummaryStatistics();
      for (final double[] run : found) {
        statistics.addValue(run[i]);
      }
      mean[i] = statistics.getMean();
      deviation[i] = statistics.getStandardDeviation();
    }
    return new Algorithm(name, found.length, mean, deviation);
  }

  private static Difference difference(
      Algorithm algorithm, double[][] found, Algorithm other, double[][] others, int queries) {
    final SummaryStatistics statistics = new SummaryStatistics();
    for (int run = 0; run < found.length; run++) {
      statistics.addValue(found[run][queries - 1] - others[run][queries - 1]);
    }
    final double half =
        MeanInterval.half(statistics.getStandardDeviation(), found.length, CONFIDENCE);
    return new Difference(
        algorithm.name(),
        other.name(),
        queries,
        statistics.getMean(),
        statistics.getMean() - half,
        statistics.getMean() + half);
  }
}
