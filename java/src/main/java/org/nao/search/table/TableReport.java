package org.nao.search.table;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.nao.report.Charts;
import org.nao.report.MeanInterval;
import org.nao.run.AtomicFiles;
import org.nao.text.Counted;

/** What repeated searches in a table tell: a table, the differences and a chart. */
public final class TableReport {
  private static final String CHART = "accuracy.svg";
  private static final String CURVES = "accuracy.csv";

  /** The chart begins at this part of the queries. */
  private static final int FIRST_DRAWN = 10;

  private static final int MOST_DRAWN = 40;

  private final TableSummary summary;
  private final Path folder;

  /** A report of searches in a run folder. */
  public TableReport(TableSummary summary, Path folder) {
    this.summary = summary;
    this.folder = folder;
  }

  /** Writes the curves as {@code accuracy.csv} and as a chart, {@code accuracy.svg}. */
  public void writeFiles() {
    AtomicFiles.write(folder.resolve(CURVES), csv());
    final int queries = summary.config().queries();
    // The first queries find nothing yet and would flatten all that follows.
    final int[] drawn =
        IntStream.rangeClosed(1, queries)
            .filter(each -> each * FIRST_DRAWN >= queries && each % spacing(queries) == 0)
            .toArray();
    final List<Charts.Curve> curves = new ArrayList<>();
    for (final TableSummary.Algorithm each : summary.algorithms()) {
      curves.add(
          new Charts.Curve(
              each.name(),
              Arrays.stream(drawn).asDoubleStream().toArray(),
              Arrays.stream(drawn).mapToDouble(query -> each.mean()[query - 1]).toArray(),
              Arrays.stream(drawn)
                  .mapToDouble(
                      query ->
                          MeanInterval.half(
                              each.deviation()[query - 1], each.runs(), TableSummary.CONFIDENCE))
                  .toArray()));
    }
    Charts.curves(
        folder.resolve(CHART),
        new Charts.Words(
            summary.config().benchmark() + ", " + summary.config().dataset(),
            caption(),
            "queried architectures",
            "test accuracy of the best found, %"),
        curves);
  }

  private String caption() {
    final int runs = summary.config().runs();
    return runs == 1
        ? "One search each"
        : "Mean of %s; shaded: %s"
            .formatted(Counted.of(runs, "search"), MeanInterval.words(TableSummary.CONFIDENCE));
  }

  private static int spacing(int queries) {
    return Math.max(1, queries / MOST_DRAWN);
  }

  /** What the searches found, for a person, in lines. */
  public String text() {
    final StringBuilder text = new StringBuilder();
    final StringBuilder heading = new StringBuilder("queries");
    summary
        .algorithms()
        .forEach(each -> heading.append(String.format(Locale.ROOT, "  %16s", each.name())));
    line(
        text,
        "test accuracy in %% of the best by %s, mean +- standard deviation of %s"
            .formatted(
                summary.config().signal().isEmpty() ? "validation" : "signal",
                Counted.of(summary.config().runs(), "search")));
    line(text, heading.toString());
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
      line(text, line.toString());
    }
    line(text, "");
    if (!summary.differences().isEmpty()) {
      line(text, "mean differences and the " + MeanInterval.words(TableSummary.CONFIDENCE) + ":");
    }
    for (final TableSummary.Difference each : summary.differences()) {
      line(
          text,
          String.format(
              Locale.ROOT,
              "%s - %s at %s: %+.3f, %+.3f to %+.3f",
              each.algorithm(),
              each.other(),
              Counted.of(each.queries(), "query"),
              each.mean(),
              each.low(),
              each.high()));
    }
    line(
        text,
        String.format(Locale.ROOT, "the best cell of the table has %.3f", summary.bestTest()));
    line(text, "");
    line(text, "the run is in " + folder + ":");
    line(text, "  summary.json                 mean and deviation after every query");
    line(text, "  accuracy.csv, accuracy.svg   the same as a table and as a chart");
    line(text, "  events.jsonl                 the cells that every search asked for");
    return text.toString();
  }

  private static void line(StringBuilder text, String line) {
    text.append(line).append(System.lineSeparator());
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
