package org.nao.page;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.nao.controller.PairwiseAccuracy;
import org.nao.search.session.Candidate;

/**
 * What a round of a search found. Accuracies are fractions.
 *
 * @param number from 0
 * @param size of the pool
 * @param predicted how many architectures the controller had predicted
 * @param pairs what was predicted and what was found of them
 * @param alike part of the pairs of them that predictions and accuracies order alike
 * @param error mean of predicted less found
 */
record Round(
    int number,
    int size,
    double best,
    double median,
    OptionalDouble medianOfNew,
    int predicted,
    List<Pair> pairs,
    OptionalDouble alike,
    OptionalDouble error) {

  /** A prediction and what came of it. */
  record Pair(Candidate candidate, double predicted, double found) {}

  /** A round whose pool file has these architectures and accuracies, best first. */
  static Round of(int number, List<Candidate> candidates, List<String> pool, double[] accuracies) {
    final Map<String, Double> found = new HashMap<>();
    for (int i = 0; i < Math.min(pool.size(), accuracies.length); i++) {
      found.put(pool.get(i), accuracies[i]);
    }
    final List<Double> ofNew = new ArrayList<>();
    final List<Pair> pairs = new ArrayList<>();
    for (final Candidate each : candidates) {
      final Double accuracy = found.get(each.architecture());
      if (each.round() == number && accuracy != null) {
        ofNew.add(accuracy);
        if (each.predicted().isPresent()) {
          pairs.add(new Pair(each, each.predicted().getAsDouble(), accuracy));
        }
      }
    }
    return new Round(
        number,
        pool.size(),
        Arrays.stream(accuracies).max().orElse(Double.NaN),
        median(accuracies).orElse(Double.NaN),
        number == 0
            ? OptionalDouble.empty()
            : median(ofNew.stream().mapToDouble(Double::doubleValue).toArray()),
        pairs.size(),
        pairs,
        alike(pairs),
        pairs.stream().mapToDouble(each -> each.predicted() - each.found()).average());
  }

  private static OptionalDouble alike(List<Pair> pairs) {
    int all = 0;
    int alike = 0;
    for (int i = 0; i < pairs.size(); i++) {
      for (int j = i + 1; j < pairs.size(); j++) {
        final Pair a = pairs.get(i);
        final Pair b = pairs.get(j);
        all++;
        alike += PairwiseAccuracy.alike(a.predicted(), b.predicted(), a.found(), b.found()) ? 1 : 0;
      }
    }
    return all == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) alike / all);
  }

  private static OptionalDouble median(double[] values) {
    final double[] sorted = Arrays.stream(values).sorted().toArray();
    final int half = sorted.length / 2;
    return sorted.length == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(
            sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2);
  }
}
