package org.nao.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.nao.run.Json;

/**
 * How many times faster than libtorch each benchmark is in one run: a number that a slower machine
 * of the same kind shares. A busy one does not, since the engine's threads wait for each other.
 *
 * @param byBenchmark libtorch's time of a call, of the benchmark's time; larger is better
 */
record Ratios(SortedMap<String, Double> byBenchmark) {

  private static final String OURS = ".nao";
  private static final String BASELINE = ".torch";
  private static final int SIGNIFICANT_DIGITS = 4;

  /**
   * The ratios of a run. {@code naoX} is compared with {@code torchX} of the same parameters,
   * anything else with the geometric mean of all baselines.
   *
   * @param nanos of a call of each benchmark, baselines included
   * @throws IllegalArgumentException if a benchmark or all baselines are missing
   */
  static Ratios of(Map<String, Double> nanos) {
    final double mean =
        Math.exp(
            nanos.entrySet().stream()
                .filter(entry -> entry.getKey().contains(BASELINE))
                .mapToDouble(entry -> Math.log(entry.getValue()))
                .average()
                .orElseThrow(() -> new IllegalArgumentException("No libtorch baseline was run.")));
    final SortedMap<String, Double> ratios = new TreeMap<>();
    nanos.forEach(
        (name, time) -> {
          if (!name.contains(BASELINE)) {
            ratios.put(name, baseline(name, nanos, mean) / time);
          }
        });
    return new Ratios(ratios);
  }

  private static double baseline(String name, Map<String, Double> nanos, double mean) {
    if (!name.contains(OURS)) {
      return mean;
    }
    final String counterpart = name.replace(OURS, BASELINE);
    if (!nanos.containsKey(counterpart)) {
      throw new IllegalArgumentException(counterpart + " was not run.");
    }
    return nanos.get(counterpart);
  }

  /**
   * What is wrong with these ratios, a sentence each; nothing if they are good.
   *
   * @param committed what they are compared with
   * @param allowedLoss fraction by which a ratio may fall short
   */
  List<String> failures(Ratios committed, double allowedLoss) {
    final List<String> failures = new ArrayList<>();
    if (byBenchmark.isEmpty() || committed.byBenchmark.isEmpty()) {
      failures.add("There is nothing to compare.");
    }
    committed.byBenchmark.forEach(
        (name, wanted) -> {
          final Double ratio = byBenchmark.get(name);
          if (ratio == null) {
            failures.add(name + " was not run.");
          } else if (!(ratio >= wanted * (1 - allowedLoss)) || Double.isInfinite(ratio)) {
            failures.add(
                String.format(
                    Locale.ROOT,
                    "%s is %.4g times as fast as libtorch, was %.4g times.",
                    name,
                    ratio,
                    wanted));
          }
        });
    for (final String name : byBenchmark.keySet()) {
      if (!committed.byBenchmark.containsKey(name)) {
        failures.add(name + " has no committed ratio.");
      }
    }
    return failures;
  }

  /** As JSON, four significant digits. */
  String write() {
    final ObjectNode object = Json.object();
    byBenchmark.forEach(
        (name, ratio) ->
            object.put(
                name,
                Double.parseDouble(
                    String.format(Locale.ROOT, "%." + SIGNIFICANT_DIGITS + "g", ratio))));
    return Json.pretty(object);
  }

  /**
   * The opposite of {@link #write}.
   *
   * @throws IllegalArgumentException if a value is no positive number
   */
  static Ratios read(ObjectNode object) {
    final SortedMap<String, Double> ratios = new TreeMap<>();
    for (final Map.Entry<String, JsonNode> entry : object.properties()) {
      final double ratio = entry.getValue().asDouble();
      if (!(ratio > 0)) {
        throw new IllegalArgumentException(
            "The ratio of %s is %s, allowed: above 0.".formatted(entry.getKey(), entry.getValue()));
      }
      ratios.put(entry.getKey(), ratio);
    }
    return new Ratios(ratios);
  }
}
