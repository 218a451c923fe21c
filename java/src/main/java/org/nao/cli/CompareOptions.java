package org.nao.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.nao.bench.Comparison;
import org.nao.run.Json;
import org.nao.run.RunException;
import picocli.CommandLine.Option;

/** A measurement set beside an earlier one. */
final class CompareOptions {
  /** What must be equal; devices may differ. */
  private static final List<String> SETTINGS =
      List.of("layers", "channels", "batch", "archs", "seed", "precision");

  private static final int PERCENT = 100;

  @Option(
      names = "--compare",
      paramLabel = "FILE",
      description = "The JSON of an earlier run; exit code 1 if something has become slower.")
  private Path file;

  @Option(
      names = "--threshold",
      paramLabel = "R",
      description = "How many times as long as before a time may be (default 1.15).")
  private double threshold = 1.15;

  /** How times are found in a report, and which of them count. */
  record Rule(
      Function<JsonNode, Map<String, Double>> millis,
      Function<JsonNode, Map<String, Double>> weights,
      double leastShare) {}

  /** Reads the earlier report before anything is measured; null without {@code --compare}. */
  ObjectNode before() {
    return file == null ? null : Json.readObject(file);
  }

  /**
   * Compares, adds the comparison to {@code now} or prints it.
   *
   * @param before may be null: nothing to compare
   * @return the exit code
   */
  int compare(ObjectNode before, ObjectNode now, Rule rule, Output output) {
    if (before == null) {
      return ExitCode.DONE;
    }
    for (final String setting : SETTINGS) {
      if (!before.path(setting).asText().equals(now.path(setting).asText())) {
        throw new RunException(
            "%s was measured with %s %s, this is %s; nothing to compare."
                .formatted(
                    file,
                    setting,
                    before.path(setting).asText("unknown"),
                    now.path(setting).asText()));
      }
    }
    final Map<String, Double> old = rule.millis().apply(before);
    if (old.isEmpty()) {
      throw new RunException("%s holds no times of this benchmark.".formatted(file));
    }
    final Comparison comparison =
        Comparison.of(
            old,
            rule.millis().apply(now),
            rule.weights().apply(before),
            rule.leastShare(),
            threshold);
    now.set("comparison", Json.parseObject(Json.line(comparison)));
    if (!output.json()) {
      print(comparison, rule, output);
    }
    return comparison.slower().isEmpty() ? ExitCode.DONE : ExitCode.FAILED;
  }

  private void print(Comparison comparison, Rule rule, Output output) {
    output.line("");
    output.line("%-44s %10s %10s %7s".formatted("against " + file, "before", "now", "ratio"));
    for (final Comparison.Ratio each : comparison.ratios()) {
      final boolean slower = comparison.slower().contains(each);
      output.line(
          String.format(
              Locale.ROOT,
              "%-44s %10.4f %10.4f %7.3f%s",
              each.name(),
              each.oldMillis(),
              each.newMillis(),
              each.ratio(),
              slower ? "  slower" : each.judged() ? "" : "  not judged"));
    }
    comparison.onlyOld().forEach(name -> output.line(name + ": no longer there"));
    comparison.onlyNew().forEach(name -> output.line(name + ": new"));
    if (rule.leastShare() > 0) {
      output.line(
          String.format(
              Locale.ROOT, "not judged: less than %.0f %% of a step", PERCENT * rule.leastShare()));
    }
    output.line(
        comparison.slower().isEmpty()
            ? "nothing is slower than %s times its time before".formatted(threshold)
            : "%d slower than %s times their time before"
                .formatted(comparison.slower().size(), threshold));
  }
}
