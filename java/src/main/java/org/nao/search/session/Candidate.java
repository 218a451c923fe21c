package org.nao.search.session;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.nao.network.ModelSize;
import org.nao.network.StandaloneNetworks;
import org.nao.space.ArchitectureFormat;

/**
 * An architecture of a search with all that is known of it. Accuracies are fractions.
 *
 * @param index in the order in which architectures were found, from 0
 * @param round that added it, from 0
 * @param architecture text form
 * @param score the accuracy in the last round that scored it, with shared weights or, where the
 *     configuration says so, trained alone; or the score without training, which is no fraction
 * @param predicted accuracy that the controller predicted before the architecture was scored
 * @param standalone accuracy on all validation images of a network trained alone at the end
 * @param parameters of the stand-alone network at the search's N and C
 * @param macs multiply-adds per image of that network
 * @param latencyMillis predicted of that network for an image, where the search knows latencies
 * @param objective what the search ranks by where it knows latencies: the score, or what that and
 *     the latency make where latency counts
 * @param pareto whether no other architecture with a score is as good and as fast by these, and
 *     better in one of them
 */
public record Candidate(
    int index,
    int round,
    String architecture,
    OptionalDouble score,
    OptionalDouble predicted,
    OptionalDouble standalone,
    long parameters,
    long macs,
    OptionalDouble latencyMillis,
    OptionalDouble objective,
    boolean pareto) {

  /** All architectures of a search as far as it is, in the order in which they were found. */
  static List<Candidate> of(
      SearchState state,
      ArchitectureFormat format,
      StandaloneNetworks networks,
      Optional<PredictedLatency> latency) {
    final int size = state.pool.size();
    final List<OptionalDouble> standalone =
        new ArrayList<>(Collections.nCopies(size, OptionalDouble.empty()));
    final List<Integer> ranks = state.pool.order(state.accuracies, state.objective());
    for (int i = 0; i < state.standalone.size(); i++) {
      standalone.set(ranks.get(state.trained.get(i)), OptionalDouble.of(state.standalone.get(i)));
    }
    final double[] millis =
        latency.isEmpty()
            ? new double[0]
            : state.pool.architectures().stream().mapToDouble(latency.get()::millis).toArray();
    final double[] scores = state.accuracies.stream().mapToDouble(Double::doubleValue).toArray();
    final Set<Integer> front = latency.isEmpty() ? Set.of() : ParetoFront.of(scores, millis);
    final double[] objectives = latency.isEmpty() ? new double[0] : state.objectives();
    final List<Candidate> candidates = new ArrayList<>(size);
    int round = 0;
    for (int i = 0; i < size; i++) {
      while (round < state.roundStarts.size() && state.roundStarts.get(round) <= i) {
        round++;
      }
      final ModelSize cost = networks.size(state.pool.get(i));
      candidates.add(
          new Candidate(
              i,
              round,
              format.write(state.pool.get(i)),
              at(state.accuracies, i),
              at(state.predicted, i - size + state.predicted.size()),
              standalone.get(i),
              cost.parameters(),
              cost.macs(),
              at(millis, i),
              at(objectives, i),
              front.contains(i)));
    }
    return candidates;
  }

  private static OptionalDouble at(double[] values, int index) {
    return index < values.length ? OptionalDouble.of(values[index]) : OptionalDouble.empty();
  }

  private static OptionalDouble at(List<Double> values, int index) {
    return index >= 0 && index < values.size()
        ? OptionalDouble.of(values.get(index))
        : OptionalDouble.empty();
  }
}
