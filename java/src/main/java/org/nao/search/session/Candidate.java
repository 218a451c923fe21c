package org.nao.search.session;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.nao.network.ModelSize;
import org.nao.network.StandaloneNetworks;
import org.nao.space.ArchitectureFormat;

/**
 * An architecture of a search with all that is known of it. Accuracies are fractions.
 *
 * @param index in the order in which architectures were found, from 0
 * @param round that added it, from 0
 * @param architecture text form
 * @param score what the search went by: the accuracy in the last round that scored it, with shared
 *     weights or, where the configuration says so, trained alone; or the score without training,
 *     which is no fraction
 * @param predicted accuracy that the controller predicted before the architecture was scored
 * @param standalone accuracy on all validation images of a network trained alone at the end
 * @param parameters of the stand-alone network at the search's N and C
 * @param macs multiply-adds per image of that network
 */
public record Candidate(
    int index,
    int round,
    String architecture,
    OptionalDouble score,
    OptionalDouble predicted,
    OptionalDouble standalone,
    long parameters,
    long macs) {

  /** All architectures of a search as far as it is, in the order in which they were found. */
  static List<Candidate> of(
      SearchState state, ArchitectureFormat format, StandaloneNetworks networks) {
    final int size = state.pool.size();
    final List<OptionalDouble> standalone =
        new ArrayList<>(Collections.nCopies(size, OptionalDouble.empty()));
    final List<Integer> ranks = ranks(state.accuracies);
    for (int i = 0; i < state.standalone.size(); i++) {
      standalone.set(
          ranks.get(state.trained.get(i)), OptionalDouble.of(state.standalone.get(i)));
    }
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
              cost.macs()));
    }
    return candidates;
  }

  /** Indices of the best first, equal ones in their order, as {@link Pool#ranked} has them. */
  private static List<Integer> ranks(List<Double> accuracies) {
    return IntStream.range(0, accuracies.size())
        .boxed()
        .sorted(Comparator.comparingDouble((Integer i) -> accuracies.get(i)).reversed())
        .toList();
  }

  private static OptionalDouble at(List<Double> values, int index) {
    return index >= 0 && index < values.size()
        ? OptionalDouble.of(values.get(index))
        : OptionalDouble.empty();
  }
}
