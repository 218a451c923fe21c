package org.nao.search.ranking;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which architectures to train, one after another, by a {@link CombinedRanking} that learns from
 * every one. A fifth of them, two at least, are trained first: they stand for all architectures, so
 * that the worth of the scores shows. Where fewer than five are trained, the scores alone decide.
 */
public final class CombinedOrder {
  private static final int LEAST = 5;
  private static final int FIRST = 2;

  private final CombinedRanking ranking;
  private final int items;
  private final int[] spread;

  /** An order of {@code count} of {@code items} items. */
  public CombinedOrder(CombinedRanking ranking, int items, int count) {
    this.ranking = ranking;
    this.items = items;
    spread = ranking.spread(count < LEAST ? 0 : Math.max(FIRST, Math.round((float) count / LEAST)));
  }

  /**
   * The next items: one, or those that need no accuracies.
   *
   * @param trained items before them, as this order gave them
   * @param accuracies of these
   * @param most items that are wanted
   */
  public List<Integer> next(List<Integer> trained, List<Double> accuracies, int most) {
    final int known = trained.size();
    return known < spread.length
        ? Arrays.stream(spread, known, Math.min(spread.length, known + most)).boxed().toList()
        : List.of(best(trained, accuracies));
  }

  private int best(List<Integer> trained, List<Double> accuracies) {
    final int known = trained.size();
    final double[] predictions =
        spread.length == 0
            ? ranking.predictions(new int[0], new double[0], new double[0])
            : ranking.predictions(
                trained.stream().mapToInt(Integer::intValue).toArray(),
                accuracies.stream().mapToDouble(Double::doubleValue).toArray(),
                IntStream.range(0, known)
                    .mapToDouble(i -> i < spread.length ? (double) items / spread.length : 1)
                    .toArray());
    return IntStream.range(0, items)
        .filter(item -> !trained.contains(item))
        .reduce((one, other) -> predictions[other] > predictions[one] ? other : one)
        .orElseThrow();
  }
}
