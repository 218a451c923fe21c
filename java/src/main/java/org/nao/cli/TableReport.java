package org.nao.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.nao.report.LineChart;
import org.nao.run.AtomicFiles;
import org.nao.search.table.TableSummary;

/** What repeated searches in a table tell: a table, the differences and a chart. */
final class TableReport {
  private static final String CHART = "accuracy";
  private static final String CURVES = "accuracy.csv";

  /** The chart begins at this part of the queries. */
  private static final int FIRST_DRAWN = 10;

  private static final int MOST_DRAWN = 40;

  /** Standard errors in half a 95% interval of a mean. */
  private static final double NORMAL_QUANTILE = 1.96;

  private final TableSummary summary;
  private final Path folder;

  TableReport(TableSummary summary, Path folder) {
    this.summary = summary;
    this.folder = folder;
  }

  /** Writes the curves as {@code accuracy.csv} and as a chart, {@code .svg} and {@code .png}. */
  void writeFiles() {
    AtomicFiles.write(folder.resolve(CURVES), csv());
    final int queries = summary.config().queries();
    // The first queries find nothing yet and would flatten all that follows.
    final int[] drawn =
        IntStream.rangeClosed(1, queries)
            .filter(each -> each * FIRST_DRAWN >= queries && each % spacing(queries) == 0)
            .toArray();
    final List<LineChart.Curve> curves = new ArrayList<>();
    for (final TableSummary.Algorithm each : summary.algorithms()) {
      curves.add(
          new LineChart.Curve(
              each.name(),
              Arrays.stream(drawn).asDoubleStream().toArray(),
              Arrays.stream(drawn).mapToDouble(query -> each.mean()[query - 1]).toArray(),
              Arrays.stream(drawn)
                  .mapToDouble(
                      query ->
                          NORMAL_QUANTILE * each.deviation()[query - 1] / Math.sqrt(each.runs()))
                  .toArray()));
    }
    LineChart.write(
        folder.resolve(CHART),
        "%s, %s: mean of %d searches and its 95%% interval"
            .formatted(
                summary.config().benchmark(), summary.config().dataset(), summary.config().runs()),
        "queried architectures",
        "test accuracy of the best found, %",
        curves);
  }

  private static int spacing(int queries) {
    return Math.max(1, queries / MOST_DRAWN);
  }

  void print(Output output) {
    final StringBuilder heading = new StringBuilder("queries");
    summary
        .algorithms()
        .forEach(each -> heading.append(String.format(Locale.ROOT, "  %16s", each.name())));
    output.line(
        "test accuracy in %% of the best by %s, mean +- standard deviation of %d searches"
            .formatted(
                summary.config().signal().isEmpty() ? "validation" : "signal",
                summary.config().runs()));
    output.line(heading.toString());
    for (final int queries : summary.points()) {
      final StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%7d", queries));
      for (final TableSummary.Algorithm each : summary.algorithms()) {
        line.append(
            String.format(
                Locale.ROOT,
                "   %7.3f +- %.3f",
                each.mean()[queries - 1],
                each.deviation()[queries - 1]));
      }
      output.line(line.toString());
    }
    output.line("");
    for (final TableSummary.Difference each : summary.differences()) {
      output.line(
          String.format(
              Locale.ROOT,
              "%s - %s at %d queries: %+.3f, 95%% interval %+.3f to %+.3f",
              each.algorithm(),
              each.other(),
              each.queries(),
              each.mean(),
              each.low(),
              each.high()));
    }
    output.line(
        String.format(Locale.ROOT, "the best cell of the table has %.3f", summary.bestTest()));
    output.line("");
    output.line("the run is in " + folder + ":");
    output.line("  summary.json                  mean and deviation after every query");
    output.line("  accuracy.csv, .svg and .png   the same as a table and as a chart");
    output.line("  events.jsonl                  the cells that every search asked for");
  }

  private String csv() {
    final StringBuilder csv = new StringBuilder("algorithm,queries,mean,deviation,runs\n");
    for (final TableSummary.Algorithm each : summary.algorithms()) {
      for (int i = 0; i < each.mean().length; i++) {
        csv.append(
            String.format(
                Locale.ROOT,
                "%s,%d,%.6f,%.6f,%d%n",
                each.name(),
                i + 1,
                each.mean()[i],
                each.deviation()[i],
                each.runs()));
      }
    }
    return csv.toString();
  }
}
