package org.nao.study.jobs;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.nao.space.Architecture;

/**
 * A pool of which each part has a supernet of its own.
 *
 * @param pools the parts
 * @param places where their architectures are in the pool
 */
record ForkedPool(List<List<Architecture>> pools, List<List<Integer>> places) {
  /** A pool of which no part has one. */
  static final ForkedPool NONE = new ForkedPool(List.of(), List.of());

  /** Parts in the order of what {@code part} says, each with what it says the same of. */
  static ForkedPool of(List<Architecture> pool, ToIntFunction<Architecture> part) {
    final List<List<Integer>> places =
        List.copyOf(
            IntStream.range(0, pool.size())
                .boxed()
                .collect(
                    Collectors.groupingBy(
                        place -> part.applyAsInt(pool.get(place)),
                        TreeMap::new,
                        Collectors.toList()))
                .values());
    return new ForkedPool(
        places.stream().map(each -> each.stream().map(pool::get).toList()).toList(), places);
  }

  int parts() {
    return pools.size();
  }

  List<Architecture> part(int number) {
    return pools.get(number);
  }

  /** The accuracies of all parts in the order of the pool. */
  OneShotResult together(List<OneShotResult> parts) {
    final int size = places.stream().mapToInt(List::size).sum();
    final List<List<Double>> accuracies = new ArrayList<>();
    for (int evaluation = 0; evaluation < parts.get(0).accuracies().size(); evaluation++) {
      final Double[] all = new Double[size];
      for (int part = 0; part < places.size(); part++) {
        final List<Double> found = parts.get(part).accuracies().get(evaluation);
        for (int i = 0; i < found.size(); i++) {
          all[places.get(part).get(i)] = found.get(i);
        }
      }
      accuracies.add(List.of(all));
    }
    return new OneShotResult(accuracies);
  }
}
