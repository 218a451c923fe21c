package org.nao.search.session;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.nao.model.latency.LatencyCheck;
import org.nao.run.Json;
import org.nao.search.config.LatencyObjective;

/**
 * What {@code summary.json} has of latencies, where a search knows them.
 *
 * @param winners of the best architectures, in the summary's order
 * @param front the scored architectures that none of the others dominates, the fastest first
 */
public record LatencyFindings(List<Winner> winners, List<OnFront> front) {
  static final String WINNERS = "latencies";
  static final String FRONT = "pareto";

  /**
   * Of one of the best architectures.
   *
   * @param predictedMillis for an image, of the table
   * @param measuredMillis at the end
   * @param objective what the best are ranked by, of the accuracy trained alone
   * @param pareto whether no other of the best is as accurate and as fast, and better in one of
   *     them; by accuracies trained alone and predicted latencies
   */
  public record Winner(
      double predictedMillis, double measuredMillis, double objective, boolean pareto) {}

  /**
   * An architecture that is not dominated.
   *
   * @param architecture text form
   * @param score its accuracy as in {@link Candidate}
   * @param predictedMillis for an image
   */
  public record OnFront(String architecture, double score, double predictedMillis) {}

  /**
   * The findings of a search.
   *
   * @param accuracies of the best trained alone, the best first
   * @param checks their latencies
   * @param candidates all architectures of the search
   */
  public static LatencyFindings of(
      LatencyObjective objective,
      List<Double> accuracies,
      List<LatencyCheck> checks,
      List<Candidate> candidates) {
    final double[] millis = checks.stream().mapToDouble(LatencyCheck::predictedMillis).toArray();
    final Set<Integer> best =
        ParetoFront.of(accuracies.stream().mapToDouble(Double::doubleValue).toArray(), millis);
    return new LatencyFindings(
        IntStream.range(0, millis.length)
            .mapToObj(
                i ->
                    new Winner(
                        millis[i],
                        checks.get(i).measuredMillis(),
                        objective.of(accuracies.get(i), millis[i]),
                        best.contains(i)))
            .toList(),
        candidates.stream()
            .filter(Candidate::pareto)
            .map(
                each ->
                    new OnFront(
                        each.architecture(),
                        each.score().getAsDouble(),
                        each.latencyMillis().getAsDouble()))
            .sorted(Comparator.comparingDouble(OnFront::predictedMillis))
            .toList());
  }

  void addTo(ObjectNode summary) {
    summary.set(WINNERS, Json.tree(this).get("winners"));
    summary.set(FRONT, Json.tree(this).get("front"));
  }
}
