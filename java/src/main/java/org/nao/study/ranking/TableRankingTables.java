package org.nao.study.ranking;

import static org.nao.study.ranking.RankingWords.exact;
import static org.nao.study.ranking.RankingWords.lower;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.nao.report.Table;
import org.nao.search.table.TableTruth.Column;
import org.nao.study.ranking.TableRankingResult.Cell;
import org.nao.study.ranking.TableRankingResult.Comparison;
import org.nao.study.ranking.TableRankingResult.Difference;
import org.nao.study.ranking.TableRankingResult.Measured;
import org.nao.study.ranking.TableRankingResult.Metrics;
import org.nao.study.ranking.TableRankingResult.Pick;
import org.nao.study.statistics.Interval;
import org.nao.study.statistics.RankMetric;

/** All numbers of a ranking study with a table, for other programs: a row each. */
record TableRankingTables(TableRankingConfig config, TableRankingResult result) {
  private static final String COMBINED = "combined";

  private String column(Column column) {
    return column.of(config.dataset());
  }

  Table conditions() {
    final Table table =
        new Table(
            "factor",
            "condition",
            "column",
            "metric",
            "mean",
            "low",
            "high",
            "seeds",
            "architectures");
    addUntrained(table, "counts, ", result.counts());
    addUntrained(table, "scores, ", result.scores());
    for (final Factor factor : config.grid().factors()) {
      for (final Condition condition : config.grid().conditions(factor)) {
        addMetrics(
            table, lower(factor), condition.value(factor), result.conditions().get(condition));
      }
    }
    result.combined().forEach((name, found) -> addMetrics(table, COMBINED, name, found));
    return table;
  }

  private void addUntrained(
      Table table, String what, Map<Condition.Sizes, Map<String, Measured>> found) {
    found.forEach(
        (sizes, scores) ->
            scores.forEach(
                (name, measured) ->
                    addMetrics(
                        table, what + sizes.name().toLowerCase(Locale.ROOT), name, measured)));
  }

  private void addMetrics(Table table, String factor, String condition, Measured found) {
    for (final Column column : Column.values()) {
      final Metrics metrics = found.metrics().get(column);
      for (final RankMetric metric : RankMetric.values()) {
        final Interval interval = metrics.interval(metric);
        table.add(
            factor,
            condition,
            column(column),
            name(metric),
            exact(metrics.mean(metric)),
            exact(interval.low()),
            exact(interval.high()),
            String.valueOf(found.scores().size()),
            String.valueOf(config.architectures()));
      }
    }
  }

  static String name(RankMetric metric) {
    return metric.name().toLowerCase(Locale.ROOT);
  }

  Table differences() {
    final Table table =
        new Table("factor", "condition", "from", "column", "metric", "difference", "low", "high");
    for (final Difference each : result.differences()) {
      for (final RankMetric metric : RankMetric.values()) {
        final Interval interval = each.gain().intervals().get(metric.ordinal());
        table.add(
            lower(each.factor()),
            each.condition().value(each.factor()),
            each.from().value(each.factor()),
            column(each.column()),
            name(metric),
            exact(each.gain().differences()[metric.ordinal()]),
            exact(interval.low()),
            exact(interval.high()));
      }
    }
    for (final Comparison each : result.comparisons()) {
      for (final RankMetric metric : RankMetric.values()) {
        final Interval interval = each.gain().intervals().get(metric.ordinal());
        table.add(
            COMBINED,
            each.name(),
            each.from(),
            column(each.column()),
            name(metric),
            exact(each.gain().differences()[metric.ordinal()]),
            exact(interval.low()),
            exact(interval.high()));
      }
    }
    return table;
  }

  Table seeds() {
    final Table table = new Table("factor", "condition", "seed", "column", "metric", "value");
    for (final Factor factor : config.grid().factors()) {
      for (final Condition condition : config.grid().conditions(factor)) {
        for (final Column column : Column.values()) {
          final List<double[]> found =
              result.conditions().get(condition).metrics().get(column).ofSeeds();
          for (int seed = 0; seed < found.size(); seed++) {
            for (final RankMetric metric : RankMetric.values()) {
              table.add(
                  lower(factor),
                  condition.value(factor),
                  String.valueOf(seed + 1),
                  column(column),
                  name(metric),
                  exact(found.get(seed)[metric.ordinal()]));
            }
          }
        }
      }
    }
    return table;
  }

  Table picks() {
    final Table table =
        new Table(
            "factor",
            "condition",
            "seed",
            "architecture",
            column(Column.VALIDATION),
            column(Column.VALIDATION) + "_rank",
            column(Column.TEST),
            column(Column.TEST) + "_rank");
    for (final Factor factor : config.grid().factors()) {
      for (final Condition condition : config.grid().conditions(factor)) {
        final List<Pick> found = result.conditions().get(condition).picks();
        for (int seed = 0; seed < found.size(); seed++) {
          final Pick pick = found.get(seed);
          table.add(
              lower(factor),
              condition.value(factor),
              String.valueOf(seed + 1),
              pick.cell().architecture(),
              exact(pick.cell().validation()),
              String.valueOf(pick.ranks().get(Column.VALIDATION)),
              exact(pick.cell().test()),
              String.valueOf(pick.ranks().get(Column.TEST)));
        }
      }
    }
    return table;
  }

  Table accuracies() {
    final Table table =
        new Table(
            "factor",
            "condition",
            "seed",
            "architecture",
            "parameters",
            column(Column.VALIDATION),
            column(Column.TEST),
            "oneshot_accuracy");
    for (final Factor factor : config.grid().factors()) {
      for (final Condition condition : config.grid().conditions(factor)) {
        final List<double[]> scores = result.conditions().get(condition).scores();
        final List<Cell> cells = result.architectures().get(condition.sizes());
        for (int seed = 0; seed < scores.size(); seed++) {
          for (int i = 0; i < cells.size(); i++) {
            table.add(
                lower(factor),
                condition.value(factor),
                String.valueOf(seed + 1),
                cells.get(i).architecture(),
                String.valueOf(cells.get(i).parameters()),
                exact(cells.get(i).validation()),
                exact(cells.get(i).test()),
                exact(scores.get(seed)[i]));
          }
        }
      }
    }
    return table;
  }
}
