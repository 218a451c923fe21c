package org.nao.study.ranking;

import static org.nao.study.ranking.RankingWords.lower;
import static org.nao.study.ranking.RankingWords.mean;
import static org.nao.study.ranking.RankingWords.meanOverSeeds;
import static org.nao.study.ranking.RankingWords.number;
import static org.nao.study.ranking.RankingWords.percent;
import static org.nao.study.ranking.RankingWords.percents;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import org.apache.commons.math3.stat.descriptive.DescriptiveStatistics;
import org.nao.report.Charts;
import org.nao.report.MeanInterval;
import org.nao.report.Table;
import org.nao.run.AtomicFiles;
import org.nao.run.Json;
import org.nao.search.table.CellSpace;
import org.nao.search.table.TableTruth.Column;
import org.nao.study.ranking.TableRankingResult.Cell;
import org.nao.study.ranking.TableRankingResult.Difference;
import org.nao.study.ranking.TableRankingResult.Gain;
import org.nao.study.ranking.TableRankingResult.Measured;
import org.nao.study.ranking.TableRankingResult.Metrics;
import org.nao.study.statistics.Interval;
import org.nao.study.statistics.RankMetric;
import org.nao.text.Counted;

/**
 * Writes what a ranking study with a table found: {@code ranking.md}; {@code conditions.csv},
 * {@code differences.csv}, {@code seeds.csv}, {@code picks.csv} and {@code accuracies.csv}; {@code
 * summary.json}; a scatter plot per factor and the intervals of its conditions.
 */
public final class TableRankingReport implements RankingOutput {
  private static final List<RankMetric> SHOWN =
      List.of(
          RankMetric.SPEARMANS_RHO,
          RankMetric.KENDALLS_TAU,
          RankMetric.PAIRWISE_ACCURACY,
          RankMetric.BEST_SPEARMANS_RHO,
          RankMetric.RHO_GIVEN_PARAMETERS);

  private final TableRankingConfig config;
  private final TableRankingResult result;

  TableRankingReport(TableRankingConfig config, TableRankingResult result) {
    this.config = config;
    this.result = result;
  }

  @Override
  public void write(Path folder) {
    AtomicFiles.write(folder.resolve("ranking.md"), markdown());
    final TableRankingTables tables = new TableRankingTables(config, result);
    AtomicFiles.write(folder.resolve("conditions.csv"), tables.conditions().csv());
    AtomicFiles.write(folder.resolve("differences.csv"), tables.differences().csv());
    AtomicFiles.write(folder.resolve("seeds.csv"), tables.seeds().csv());
    AtomicFiles.write(folder.resolve("picks.csv"), tables.picks().csv());
    AtomicFiles.write(folder.resolve("accuracies.csv"), tables.accuracies().csv());
    AtomicFiles.write(folder.resolve("summary.json"), Json.pretty(summary()));
    config.grid().factors().forEach(factor -> charts(folder, factor));
  }

  @Override
  public String markdown() {
    final StringBuilder text = new StringBuilder("# Ranking of architectures\n\n");
    text.append(
        String.format(
            Locale.ROOT,
            "%s of %s, accuracies of %s (%s; conditions are chosen by %s), scored one-shot on %s"
                + " (N = %d, C = %d) with %s. The best are %s, by the table. Intervals: %s; seed"
                + " %d.\n",
            Counted.of(config.architectures(), "random architecture"),
            config.searchSpace().title(),
            Path.of(config.table()).getFileName(),
            column(Column.TEST),
            column(Column.VALIDATION),
            Path.of(config.data()).getFileName(),
            config.oneShot().layers(),
            config.oneShot().channels(),
            Counted.of(config.grid().seeds(), "seed"),
            MeanInterval.percent(config.best()),
            intervals(),
            config.seed()));
    result
        .architectures()
        .forEach(
            (sizes, cells) ->
                text.append(describe(sizes, cells))
                    .append('\n')
                    .append(untrained(result.counts().get(sizes), result.scores().get(sizes))));
    text.append(chosen());
    text.append(combined());
    for (final Factor factor : config.grid().factors()) {
      text.append("\n## ").append(factor.title()).append("\n\n").append(ours(factor));
      text.append(compared(factor));
    }
    return text.toString();
  }

  private String column(Column column) {
    return column.of(config.dataset());
  }

  private static String describe(Condition.Sizes sizes, List<Cell> cells) {
    final DescriptiveStatistics accuracy =
        new DescriptiveStatistics(cells.stream().mapToDouble(Cell::test).toArray());
    final DescriptiveStatistics parameters =
        new DescriptiveStatistics(cells.stream().mapToDouble(Cell::parameters).toArray());
    return String.format(
        Locale.ROOT,
        "\n%s sizes: %,.0f to %,.0f parameters; in the table %s to %s, mean %s. What can be said of"
            + " them without training:\n",
        sizes == Condition.Sizes.DIVERSE ? "Diverse" : "Similar",
        parameters.getMin(),
        parameters.getMax(),
        percent(accuracy.getMin()),
        percent(accuracy.getMax()),
        percent(accuracy.getMean()));
  }

  private static Table table(String... further) {
    final List<String> headings = new ArrayList<>(List.of(""));
    SHOWN.forEach(metric -> headings.addAll(List.of(metric.title(), "interval")));
    headings.addAll(List.of(further));
    return new Table(headings.toArray(String[]::new));
  }

  private static List<String> row(String name, Metrics metrics) {
    final List<String> cells = new ArrayList<>(List.of(name));
    for (final RankMetric metric : SHOWN) {
      cells.add(number(metrics.mean(metric)));
      cells.add(RankingWords.interval(metrics.interval(metric)));
    }
    return cells;
  }

  private String untrained(Map<String, Measured> counts, Map<String, Measured> scores) {
    final Table table = table("picks, accuracy", "picks, rank of %,d".formatted(CellSpace.SIZE));
    addUntrained(table, counts);
    addUntrained(table, scores);
    return table.markdown();
  }

  private static void addUntrained(Table table, Map<String, Measured> untrained) {
    untrained.forEach(
        (name, found) -> {
          final List<String> cells = row(name, found.metrics().get(Column.TEST));
          addPicks(cells, found);
          table.add(cells.toArray(String[]::new));
        });
  }

  private static void addPicks(List<String> cells, Measured found) {
    cells.add(percent(pickedAccuracy(found)));
    cells.add(String.format(Locale.ROOT, "%,.0f", pickedRank(found)));
  }

  private static double pickedAccuracy(Measured found) {
    return average(found.picks().stream().mapToDouble(pick -> pick.cell().test()).average());
  }

  private static double pickedRank(Measured found) {
    return average(
        found.picks().stream().mapToInt(pick -> pick.ranks().get(Column.TEST)).average());
  }

  private static double average(OptionalDouble found) {
    return found.orElseThrow();
  }

  private String chosen() {
    final Measured found = result.reported();
    final Metrics test = found.metrics().get(Column.TEST);
    return String.format(
        Locale.ROOT,
        "\nBy %s and %s the best condition is \"%s\", with Spearman's rho %s; by %s and %s it has"
            + " %s (%s), and it picks %s of the table, rank %,.0f of %,d.\n",
        column(Column.VALIDATION),
        seeds("the first ", result.choosing()),
        title(result.chosen()),
        number(
            TableRankingResult.chosenBy(
                result.conditions().get(result.chosen()), result.choosing())),
        column(Column.TEST),
        config.grid().seeds() > result.choosing()
            ? seeds("the other ", config.grid().seeds() - result.choosing())
            : "the same seed",
        number(test.mean(RankMetric.SPEARMANS_RHO)),
        RankingWords.interval(test.interval(RankMetric.SPEARMANS_RHO)),
        percent(pickedAccuracy(found)),
        pickedRank(found),
        CellSpace.SIZE);
  }

  private static String seeds(String which, int count) {
    return which + (count == 1 ? "seed" : Counted.of(count, "seed"));
  }

  /** What several scores and some accuracies say together. */
  private String combined() {
    if (result.combined().isEmpty()) {
      return "";
    }
    final Table table = table("picks, accuracy", "picks, rank of %,d".formatted(CellSpace.SIZE));
    addUntrained(table, result.combined());
    final Table differences = table();
    result.comparisons().stream()
        .filter(each -> each.column() == Column.TEST)
        .forEach(
            each ->
                differences.add(differences(each.name() + " less " + each.from(), each.gain())));
    return """

        ## Combined

        %s, without and with this condition's one-shot accuracy. A label is the %s of another architecture: all are dealt to
        five folds, and those of a fold are predicted from labels of the others.

        %s
        Differences, in pairs of the same resamples:

        %s"""
        .formatted(
            capital(String.join(", ", config.combine())),
            column(Column.VALIDATION),
            table.markdown(),
            differences.markdown());
  }

  private static String capital(String text) {
    return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
  }

  /** The first factor that compares it, and what sets it apart there. */
  private String title(Condition condition) {
    final Factor factor = factor(condition);
    return factor.title() + ": " + condition.value(factor);
  }

  private Factor factor(Condition condition) {
    return config.grid().factors().stream()
        .filter(each -> config.grid().conditions(each).contains(condition))
        .findFirst()
        .orElseThrow();
  }

  private String ours(Factor factor) {
    final Table table =
        table(
            "one-shot accuracy", "picks, accuracy", "picks, rank of %,d".formatted(CellSpace.SIZE));
    for (final Condition condition : config.grid().conditions(factor)) {
      final Measured found = result.conditions().get(condition);
      final List<String> cells = row(condition.value(factor), found.metrics().get(Column.TEST));
      cells.add(percent(mean(found.scores())));
      addPicks(cells, found);
      table.add(cells.toArray(String[]::new));
    }
    return table.markdown();
  }

  /** Differences from the factor's first condition of the same architectures. */
  private String compared(Factor factor) {
    final List<Difference> found =
        result.differences().stream()
            .filter(each -> each.factor() == factor && each.column() == Column.TEST)
            .toList();
    if (found.isEmpty()) {
      return "";
    }
    final Table table = table();
    for (final Difference each : found) {
      table.add(
          differences(
              each.condition().value(factor) + " less " + each.from().value(factor), each.gain()));
    }
    return "\nDifferences, in pairs of the same resamples:\n\n" + table.markdown();
  }

  private static String[] differences(String name, Gain gain) {
    final List<String> cells = new ArrayList<>(List.of(name));
    for (final RankMetric metric : SHOWN) {
      cells.add(number(gain.differences()[metric.ordinal()]));
      cells.add(RankingWords.interval(gain.intervals().get(metric.ordinal())));
    }
    return cells.toArray(String[]::new);
  }

  private void charts(Path folder, Factor factor) {
    final List<Charts.Points> clouds = new ArrayList<>();
    final List<Charts.Range> ranges = new ArrayList<>();
    for (final Condition condition : config.grid().conditions(factor)) {
      final Measured found = result.conditions().get(condition);
      final double[] test =
          result.architectures().get(condition.sizes()).stream().mapToDouble(Cell::test).toArray();
      clouds.add(
          new Charts.Points(
              condition.value(factor), percents(test), percents(meanOverSeeds(found.scores()))));
      final Metrics metrics = found.metrics().get(Column.TEST);
      final double rho = metrics.mean(RankMetric.SPEARMANS_RHO);
      final Interval interval = metrics.interval(RankMetric.SPEARMANS_RHO);
      if (!Double.isNaN(rho) && !Double.isNaN(interval.low())) {
        ranges.add(new Charts.Range(condition.value(factor), rho, interval.low(), interval.high()));
      }
    }
    Charts.scatter(
        folder.resolve("scatter-" + lower(factor) + ".svg"),
        new Charts.Words(
            factor.title(),
            "An architecture each; one-shot: mean of " + Counted.of(config.grid().seeds(), "seed"),
            column(Column.TEST) + " of the table, %",
            "one-shot accuracy, %"),
        clouds);
    if (!ranges.isEmpty()) {
      Charts.intervals(
          folder.resolve("spearman-" + lower(factor) + ".svg"),
          new Charts.Words(factor.title(), "Mean and " + intervals(), "Spearman's rho", ""),
          ranges);
    }
  }

  @Override
  public TableRankingSummary summary() {
    final List<TableRankingSummary.Row> rows = new ArrayList<>();
    for (final Factor factor : config.grid().factors()) {
      for (final Condition condition : config.grid().conditions(factor)) {
        rows.add(summary(factor, condition, result.conditions().get(condition)));
      }
    }
    return new TableRankingSummary(
        "ranking",
        config.seed(),
        config.architectures(),
        config.grid().seeds(),
        column(Column.VALIDATION),
        column(Column.TEST),
        result.choosing(),
        summary(factor(result.chosen()), result.chosen(), result.reported()),
        rows,
        values(result.counts()),
        values(result.scores()),
        named(result.combined()));
  }

  /** Of random architectures. */
  private static Map<String, Map<String, TableRankingSummary.Value>> values(
      Map<Condition.Sizes, Map<String, Measured>> untrained) {
    return named(untrained.getOrDefault(Condition.Sizes.DIVERSE, Map.of()));
  }

  private static Map<String, Map<String, TableRankingSummary.Value>> named(
      Map<String, Measured> measured) {
    final Map<String, Map<String, TableRankingSummary.Value>> values = new LinkedHashMap<>();
    measured.forEach((name, found) -> values.put(name, values(found)));
    return values;
  }

  private static TableRankingSummary.Row summary(
      Factor factor, Condition condition, Measured found) {
    return new TableRankingSummary.Row(
        lower(factor),
        condition.value(factor),
        values(found),
        pickedAccuracy(found),
        pickedRank(found),
        mean(found.scores()));
  }

  private static Map<String, TableRankingSummary.Value> values(Measured found) {
    final Metrics metrics = found.metrics().get(Column.TEST);
    final Map<String, TableRankingSummary.Value> values = new LinkedHashMap<>();
    for (final RankMetric metric : RankMetric.values()) {
      final Interval interval = metrics.interval(metric);
      values.put(
          TableRankingTables.name(metric),
          new TableRankingSummary.Value(
              defined(metrics.mean(metric)), defined(interval.low()), defined(interval.high())));
    }
    return values;
  }

  private static Double defined(double value) {
    return Double.isNaN(value) ? null : value;
  }

  private String intervals() {
    return String.format(
        Locale.ROOT,
        "%s interval (bootstrap over architectures and seeds, %s)",
        MeanInterval.percent(config.level()),
        Counted.of(config.resamples(), "resample"));
  }
}
