package org.nao.search.session;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.nao.error.UserException;
import org.nao.search.tokens.Duplicates;
import org.nao.space.Architecture;
import org.nao.space.SearchSpace;
import org.nao.text.Counted;

/** Architectures in the order they were found, no two of them duplicates. */
public final class Pool {
  /** Draws per wanted architecture before a space counts as exhausted. */
  private static final int MOST_DRAWS = 1000;

  private final Duplicates duplicates;
  private final Constraints constraints;
  private final List<Architecture> architectures = new ArrayList<>();
  private final Set<Architecture> keys = new HashSet<>();

  /** An empty pool of architectures that the constraints allow. */
  public Pool(Duplicates duplicates, Constraints constraints) {
    this.duplicates = duplicates;
    this.constraints = constraints;
  }

  /**
   * Adds an architecture unless a duplicate is there or it is too large; returns whether it was
   * added.
   */
  public boolean add(Architecture architecture) {
    if (!constraints.fits(architecture)) {
      return false;
    }
    final Architecture key =
        duplicates == Duplicates.CANONICAL
            ? constraints.space().canonical(architecture)
            : architecture;
    if (!keys.add(key)) {
      return false;
    }
    architectures.add(architecture);
    return true;
  }

  /**
   * Adds random architectures.
   *
   * @throws UserException if the space seems to have fewer, or none that fits
   */
  public void addRandom(int count, RandomGenerator random) {
    final SearchSpace space = constraints.space();
    int missing = count;
    for (long draws = (long) MOST_DRAWS * count; missing > 0; draws--) {
      if (draws == 0) {
        throw new UserException(
            "%s wanted, %s with %s gave only %d"
                .formatted(
                    Counted.of(count, "different architecture") + (count == 1 ? " is" : " are"),
                    space.name(),
                    Counted.of(space.nodes(), "node"),
                    count - missing));
      }
      if (add(constraints.random(random))) {
        missing--;
      }
    }
  }

  /** A pool of its own with the same architectures. */
  public Pool copy() {
    final Pool copy = new Pool(duplicates, constraints);
    copy.architectures.addAll(architectures);
    copy.keys.addAll(keys);
    return copy;
  }

  /** The architecture that was added as the {@code index}-th, counted from 0. */
  public Architecture get(int index) {
    return architectures.get(index);
  }

  public int size() {
    return architectures.size();
  }

  /** A copy, in the order of addition. */
  public List<Architecture> architectures() {
    return List.copyOf(architectures);
  }

  /** Best first; equal ones in the order of addition. {@code accuracies}: one per architecture. */
  public List<ScoredArchitecture> ranked(List<Double> accuracies, SearchObjective objective) {
    return order(accuracies, objective).stream()
        .map(i -> new ScoredArchitecture(architectures.get(i), accuracies.get(i)))
        .toList();
  }

  /** Indices of the architectures with accuracies, the first ones, in that order. */
  List<Integer> order(List<Double> accuracies, SearchObjective objective) {
    final double[] objectives = objectives(accuracies, objective);
    return IntStream.range(0, objectives.length)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer i) -> objectives[i]).reversed())
        .toList();
  }

  /** What is maximised, of the architectures with accuracies. */
  double[] objectives(List<Double> accuracies, SearchObjective objective) {
    return IntStream.range(0, accuracies.size())
        .mapToDouble(i -> objective.of(architectures.get(i), accuracies.get(i)))
        .toArray();
  }
}
