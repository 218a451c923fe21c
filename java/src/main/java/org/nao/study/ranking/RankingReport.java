package org.nao.study.ranking;

import static org.nao.study.ranking.RankingWords.PERCENT;
import static org.nao.study.ranking.RankingWords.exact;
import static org.nao.study.ranking.RankingWords.lower;
import static org.nao.study.ranking.RankingWords.mean;
import static org.nao.study.ranking.RankingWords.meanOverSeeds;
import static org.nao.study.ranking.RankingWords.number;
import static org.nao.study.ranking.RankingWords.percent;
import static org.nao.study.ranking.RankingWords.percents;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.commons.math3.stat.descriptive.DescriptiveStatistics;
import org.nao.report.Charts;
import org.nao.report.MeanInterval;
import org.nao.report.Table;
import org.nao.run.AtomicFiles;
import org.nao.run.Json;
import org.nao.study.statistics.Estimate;
import org.nao.study.statistics.RankCorrelation;
import org.nao.text.Counted;

/**
 * Writes what a ranking study found: {@code ranking.md}, the paper's tables beside ours; {@code
 * conditions.csv}, {@code seeds.csv} and {@code accuracies.csv}; {@code summary.json}; a scatter
 * plot per factor and the intervals of all conditions.
 */
public final class RankingReport implements RankingOutput {

  private final RankingConfig config;
  private final RankingResult result;

  public RankingReport(RankingConfig config, RankingResult result) {
    this.config = config;
    this.result = result;
  }

  @Override
  public void write(Path folder) {
    AtomicFiles.write(folder.resolve("ranking.md"), markdown());
    AtomicFiles.write(folder.resolve("conditions.csv"), conditions().csv());
    AtomicFiles.write(folder.resolve("seeds.csv"), seeds().csv());
    AtomicFiles.write(folder.resolve("accuracies.csv"), accuracies().csv());
    AtomicFiles.write(folder.resolve("summary.json"), Json.pretty(summary()));
    config.grid().factors().forEach(factor -> charts(folder, factor));
  }

  @Override
  public String markdown() {
    final StringBuilder text = new StringBuilder("# Ranking of architectures\n\n");
    text.append(
        String.format(
            Locale.ROOT,
            "%s of %s on %s, trained alone for %s (N = %d, C = %d;"
                + " %s accuracy, %s) and one-shot (N = %d, C = %d) with %s. Intervals: %s;"
                + " seed %d.\n",
            Counted.of(config.architectures(), "random architecture"),
            config.searchSpace().title(),
            Path.of(config.data()).getFileName(),
            Counted.of(config.standalone().epochs(), "epoch"),
            config.standalone().layers(),
            config.standalone().channels(),
            config.score().name().toLowerCase(Locale.ROOT),
            Counted.of(config.standalone().repeats(), "training") + " each",
            config.oneShot().layers(),
            config.oneShot().channels(),
            Counted.of(config.grid().seeds(), "seed"),
            intervals(),
            config.seed()));
    result.architectures().forEach((sizes, set) -> text.append(describe(sizes, set)));
    result
        .ceiling()
        .ifPresent(
            found ->
                text.append(
                    "\nA second stand-alone training ranks as the first one: pairwise accuracy %s, Spearman's rho %s, Kendall's tau %s.\n"
                        .formatted(
                            number(found.pairwiseAccuracy()),
                            number(found.spearmansRho()),
                            number(found.kendallsTau()))));
    for (final Factor factor : config.grid().factors()) {
      text.append("\n## ").append(factor.title()).append("\n\n").append(ours(factor).markdown());
      final List<PaperRanking.Row> rows = PaperRanking.rows(factor);
      if (!rows.isEmpty()) {
        text.append("\nThe paper's ").append(factor.paperTable()).append(":\n\n");
        final Table paper = new Table("", "pairwise accuracy", "Spearman's rho");
        rows.forEach(
            row ->
                paper.add(
                    row.condition(), number(row.pairwiseAccuracy()), number(row.spearmansRho())));
        text.append(paper.markdown());
      }
    }
    return text.toString();
  }

  private String describe(Condition.Sizes sizes, List<RankingResult.Scored> set) {
    final DescriptiveStatistics accuracy =
        new DescriptiveStatistics(
            set.stream().mapToDouble(RankingResult.Scored::accuracy).toArray());
    final DescriptiveStatistics parameters =
        new DescriptiveStatistics(
            set.stream().mapToDouble(RankingResult.Scored::parameters).toArray());
    return String.format(
        Locale.ROOT,
        "\n%s sizes: %,.0f to %,.0f parameters; stand-alone %.2f to %.2f %%, mean %.2f, standard"
            + " deviation %.2f.\n",
        sizes == Condition.Sizes.DIVERSE ? "Diverse" : "Similar",
        parameters.getMin(),
        parameters.getMax(),
        PERCENT * accuracy.getMin(),
        PERCENT * accuracy.getMax(),
        PERCENT * accuracy.getMean(),
        PERCENT * accuracy.getStandardDeviation());
  }

  private Table ours(Factor factor) {
    final Table table =
        new Table(
            "",
            "pairwise accuracy",
            "interval",
            "Spearman's rho",
            "interval",
            "Kendall's tau",
            "interval",
            "one-shot accuracy");
    for (final Condition condition : config.grid().conditions(factor)) {
      final RankingResult.Measured found = result.conditions().get(condition);
      table.add(
          condition.value(factor),
          number(found.pairwiseAccuracy().mean()),
          interval(found.pairwiseAccuracy()),
          number(found.spearmansRho().mean()),
          interval(found.spearmansRho()),
          number(found.kendallsTau().mean()),
          interval(found.kendallsTau()),
          percent(mean(found.accuracies())));
    }
    return table;
  }

  private Table conditions() {
    final Table table =
        new Table(
            "factor",
            "condition",
            "metric",
            "mean",
            "low",
            "high",
            "deviation_over_seeds",
            "seeds",
            "architectures");
    for (final Factor factor : config.grid().factors()) {
      for (final Condition condition : config.grid().conditions(factor)) {
        final RankingResult.Measured found = result.conditions().get(condition);
        final Map<String, Estimate> metrics =
            Map.of(
                "pairwise_accuracy", found.pairwiseAccuracy(),
                "spearmans_rho", found.spearmansRho(),
                "kendalls_tau", found.kendallsTau());
        for (final String metric : metrics.keySet().stream().sorted().toList()) {
          final Estimate estimate = metrics.get(metric);
          table.add(
              lower(factor),
              condition.value(factor),
              metric,
              exact(estimate.mean()),
              exact(estimate.interval().low()),
              exact(estimate.interval().high()),
              exact(estimate.deviation()),
              String.valueOf(config.grid().seeds()),
              String.valueOf(config.architectures()));
        }
      }
    }
    return table;
  }

  private Table seeds() {
    final Table table =
        new Table(
            "factor", "condition", "seed", "pairwise_accuracy", "spearmans_rho", "kendalls_tau");
    for (final Factor factor : config.grid().factors()) {
      for (final Condition condition : config.grid().conditions(factor)) {
        final List<RankCorrelation> found = result.conditions().get(condition).correlations();
        for (int i = 0; i < found.size(); i++) {
          table.add(
              lower(factor),
              condition.value(factor),
              String.valueOf(i + 1),
              exact(found.get(i).pairwiseAccuracy()),
              exact(found.get(i).spearmansRho()),
              exact(found.get(i).kendallsTau()));
        }
      }
    }
    return table;
  }

  private Table accuracies() {
    final Table table =
        new Table(
            "factor",
            "condition",
            "seed",
            "architecture",
            "parameters",
            "standalone_accuracy",
            "oneshot_accuracy");
    for (final Factor factor : config.grid().factors()) {
      for (final Condition condition : config.grid().conditions(factor)) {
        final List<double[]> found = result.conditions().get(condition).accuracies();
        final List<RankingResult.Scored> set = result.architectures().get(condition.sizes());
        for (int i = 0; i < found.size(); i++) {
          for (int k = 0; k < set.size(); k++) {
            table.add(
                lower(factor),
                condition.value(factor),
                String.valueOf(i + 1),
                set.get(k).architecture(),
                String.valueOf(set.get(k).parameters()),
                exact(set.get(k).accuracy()),
                exact(found.get(i)[k]));
          }
        }
      }
    }
    return table;
  }

  private void charts(Path folder, Factor factor) {
    final List<Charts.Points> clouds = new ArrayList<>();
    final List<Charts.Range> ranges = new ArrayList<>();
    for (final Condition condition : config.grid().conditions(factor)) {
      final RankingResult.Measured found = result.conditions().get(condition);
      final double[] standalone = percents(result.standalone(condition.sizes()));
      clouds.add(
          new Charts.Points(
              condition.value(factor), standalone, percents(meanOverSeeds(found.accuracies()))));
      final Estimate rho = found.spearmansRho();
      if (!Double.isNaN(rho.mean()) && !Double.isNaN(rho.interval().low())) {
        ranges.add(
            new Charts.Range(
                condition.value(factor), rho.mean(), rho.interval().low(), rho.interval().high()));
      }
    }
    Charts.scatter(
        folder.resolve("scatter-" + lower(factor) + ".svg"),
        new Charts.Words(
            factor.title(),
            "An architecture each; one-shot: mean of " + Counted.of(config.grid().seeds(), "seed"),
            "stand-alone accuracy, %",
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
  public RankingSummary summary() {
    final List<RankingSummary.Row> rows = new ArrayList<>();
    for (final Factor factor : config.grid().factors()) {
      for (final Condition condition : config.grid().conditions(factor)) {
        final RankingResult.Measured found = result.conditions().get(condition);
        rows.add(
            new RankingSummary.Row(
                lower(factor),
                condition.value(factor),
                RankingSummary.Value.of(found.pairwiseAccuracy()),
                RankingSummary.Value.of(found.spearmansRho()),
                RankingSummary.Value.of(found.kendallsTau()),
                mean(found.accuracies())));
      }
    }
    return new RankingSummary(
        "ranking", config.seed(), config.architectures(), config.grid().seeds(), rows);
  }

  private String intervals() {
    return String.format(
        Locale.ROOT,
        "%s interval (bootstrap over the architectures, %s)",
        MeanInterval.percent(config.level()),
        Counted.of(config.resamples(), "resample"));
  }

  private static String interval(Estimate estimate) {
    return RankingWords.interval(estimate.interval());
  }
}
