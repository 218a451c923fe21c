package org.nao.study.ranking;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.nao.search.table.TableTruth.Column;
import org.nao.study.statistics.Interval;
import org.nao.study.statistics.RankBootstrap;
import org.nao.study.statistics.RankMetric;

/**
 * What a ranking study with a table found.
 *
 * @param architectures by set, in the order of all scores
 * @param conditions each once
 * @param counts of each set: what counting says of it, by the name of what is counted
 * @param scores of each set: what other scores without training say of it, by their names
 * @param differences between conditions of a factor and its first one of the same architectures
 * @param combined what is made of several scores and some accuracies, by a name for people; scores
 *     without training first, then with the chosen condition's
 * @param comparisons of these with each other and with live weights
 * @param chosen the condition with the highest Spearman's rho of validation accuracies, by the
 *     first seeds
 * @param choosing how many seeds those are
 * @param reported the chosen condition by the other seeds; by the same one where there is no other
 */
record TableRankingResult(
    Map<Condition.Sizes, List<Cell>> architectures,
    Map<Condition, Measured> conditions,
    Map<Condition.Sizes, Map<String, Measured>> counts,
    Map<Condition.Sizes, Map<String, Measured>> scores,
    List<Difference> differences,
    Map<String, Measured> combined,
    List<Comparison> comparisons,
    Condition chosen,
    int choosing,
    Measured reported) {

  /** What a condition is chosen by. */
  static double chosenBy(Measured measured, int choosing) {
    return measured.metrics().get(Column.VALIDATION).ofSeeds().stream()
        .limit(choosing)
        .mapToDouble(each -> each[RankMetric.SPEARMANS_RHO.ordinal()])
        .average()
        .orElseThrow();
  }

  /**
   * A cell of the table.
   *
   * @param architecture text form
   * @param parameters of the stand-alone network at the supernet's N and C
   * @param validation accuracy in the table, a fraction
   * @param test likewise
   */
  record Cell(String architecture, long parameters, double validation, double test) {
    double accuracy(Column column) {
      return column == Column.VALIDATION ? validation : test;
    }
  }

  /**
   * How a score ranks a set.
   *
   * @param scores of all architectures, for every seed
   * @param metrics by the table's column that they are about
   * @param picks the architecture with the highest score of each seed
   */
  record Measured(
      List<double[]> scores, Map<Column, Metrics> metrics, List<TableRankingResult.Pick> picks) {}

  /**
   * Rank metrics.
   *
   * @param means over the seeds, by {@link RankMetric}
   * @param ofSeeds the same of every seed
   * @param resampled the means in every resample of the bootstrap
   * @param intervals of the means
   */
  record Metrics(
      double[] means, List<double[]> ofSeeds, double[][] resampled, List<Interval> intervals) {
    double mean(RankMetric metric) {
      return means[metric.ordinal()];
    }

    Interval interval(RankMetric metric) {
      return intervals.get(metric.ordinal());
    }
  }

  /**
   * What the table has of the architecture that a score likes best.
   *
   * @param ranks among all cells of the table, from 1
   */
  record Pick(Cell cell, Map<Column, Integer> ranks) {}

  /**
   * How much better something ranks than something else.
   *
   * @param differences of the means, by {@link RankMetric}
   * @param intervals of these, in pairs of the same resamples
   */
  record Gain(double[] differences, List<Interval> intervals) {
    static Gain of(Metrics one, Metrics other, RankBootstrap bootstrap) {
      return new Gain(
          IntStream.range(0, one.means().length)
              .mapToDouble(i -> one.means()[i] - other.means()[i])
              .toArray(),
          Arrays.stream(RankMetric.values())
              .map(metric -> bootstrap.difference(one.resampled(), other.resampled(), metric))
              .toList());
    }
  }

  /**
   * How much better one score ranks than another.
   *
   * @param name of the score
   * @param from name of the other one
   */
  record Comparison(String name, String from, Column column, Gain gain) {}

  /** How much better one condition ranks than another. */
  record Difference(Factor factor, Condition condition, Condition from, Column column, Gain gain) {}
}
