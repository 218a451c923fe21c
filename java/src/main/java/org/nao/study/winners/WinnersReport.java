package org.nao.study.winners;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.nao.report.Charts;
import org.nao.report.MeanInterval;
import org.nao.report.Table;
import org.nao.run.AtomicFiles;
import org.nao.run.Json;
import org.nao.text.Counted;

/**
 * Writes what a study of winners found: {@code STUDY.md}, the paper's table 5 beside ours; {@code
 * networks.csv}; {@code errors.svg}; {@code summary.json}.
 */
public final class WinnersReport {
  private static final double PERCENT = 100;

  private final WinnersConfig config;
  private final WinnersResult result;

  public WinnersReport(WinnersConfig config, WinnersResult result) {
    this.config = config;
    this.result = result;
  }

  /** Writes all files into {@code folder}. */
  public void write(Path folder) {
    AtomicFiles.write(folder.resolve(result.study() + ".md"), markdown());
    AtomicFiles.write(folder.resolve("networks.csv"), networks().csv());
    AtomicFiles.write(folder.resolve("summary.json"), Json.pretty(result));
    final List<Charts.Range> ranges =
        result.rows().stream()
            .filter(row -> row.low() != null)
            .map(
                row ->
                    new Charts.Range(
                        row.search(),
                        PERCENT * row.meanError(),
                        PERCENT * row.low(),
                        PERCENT * row.high()))
            .toList();
    if (!ranges.isEmpty()) {
      Charts.intervals(
          folder.resolve("errors.svg"),
          new Charts.Words(
              "Test error of the winners",
              "Mean and " + MeanInterval.words(config.level()),
              "test error, %",
              ""),
          ranges);
    }
  }

  /** The table for people. */
  public String markdown() {
    final StringBuilder text =
        new StringBuilder(
            result.study().equals("ablation")
                ? "# NAO-V2 without each of its components\n\n"
                : "# Stability of a search\n\n");
    text.append(
        String.format(
            Locale.ROOT,
            "Test error in %% on %s of %s, trained alone for %s (N = %d, C = %d), %s."
                + " Intervals: %s; seed %d.\n\n",
            Path.of(config.search().data()).getFileName(),
            config.winners() == WinnersConfig.Winners.TOP
                ? "the %d best of one search".formatted(config.networks())
                : "the best of each of " + Counted.of(config.networks(), "search"),
            Counted.of(config.standalone().epochs(), "epoch"),
            config.standalone().layers(),
            config.standalone().channels(),
            cutout(config.standalone().recipe().cutout()),
            MeanInterval.words(config.level()),
            config.search().seed()));
    text.append(ours().markdown());
    text.append("\nThe paper's table 5 (table 1 holds its first three rows), with cutout:\n\n");
    return text.append(paper().markdown()).toString();
  }

  private static String cutout(int side) {
    return side == 0 ? "without cutout" : "with a cutout of " + Counted.of(side, "pixel");
  }

  private Table ours() {
    final int width = result.width();
    final Table table =
        new Table(
            Stream.of(
                    Stream.of("search"),
                    numbered(width),
                    Stream.of("mean", "deviation", "interval", "search, s"))
                .flatMap(each -> each)
                .toArray(String[]::new));
    for (final WinnersResult.Row row : result.rows()) {
      final List<String> cells = new ArrayList<>(List.of(row.search()));
      for (int i = 0; i < width; i++) {
        cells.add(i < row.networks().size() ? percent(row.networks().get(i).testError()) : "");
      }
      cells.add(percent(row.meanError()));
      cells.add(row.deviation() == null ? "" : percent(row.deviation()));
      cells.add(row.low() == null ? "" : percent(row.low()) + " to " + percent(row.high()));
      cells.add(String.format(Locale.ROOT, "%.0f", row.seconds()));
      table.add(cells.toArray(String[]::new));
    }
    return table;
  }

  private static Table paper() {
    final int width = PaperWinners.ROWS.get(0).errors().size();
    final Table table =
        new Table(
            Stream.of(Stream.of("search"), numbered(width), Stream.of("mean"))
                .flatMap(each -> each)
                .toArray(String[]::new));
    for (final PaperWinners.Row row : PaperWinners.ROWS) {
      final List<String> cells = new ArrayList<>(List.of(row.search()));
      row.errors().forEach(each -> cells.add(hundredths(each)));
      cells.add(hundredths(row.mean()));
      table.add(cells.toArray(String[]::new));
    }
    return table;
  }

  private Table networks() {
    final Table table =
        new Table("search", "network", "seed", "architecture", "parameters", "test_error");
    for (final WinnersResult.Row row : result.rows()) {
      for (int i = 0; i < row.networks().size(); i++) {
        final WinnersResult.Network network = row.networks().get(i);
        table.add(
            row.search(),
            String.valueOf(i + 1),
            String.valueOf(network.seed()),
            network.architecture(),
            String.valueOf(network.parameters()),
            String.valueOf(network.testError()));
      }
    }
    return table;
  }

  private static Stream<String> numbered(int count) {
    return IntStream.rangeClosed(1, count).mapToObj(i -> "network " + i);
  }

  private static String percent(double fraction) {
    return hundredths(PERCENT * fraction);
  }

  private static String hundredths(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }
}
