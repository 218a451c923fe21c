package org.nao.controller;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * New sequences from a trained controller: the encodings of good ones are moved uphill by growing
 * steps and decoded, until enough are new. Of more than are wanted, those are kept that the
 * predictor likes best once they are decoded and encoded again: the way back from an encoding to a
 * sequence loses some of what the step gained.
 *
 * @param stepSize by which the step along the gradient grows
 * @param steps growing steps that are tried at most
 * @param overgeneration how many times as many sequences as wanted are made; 1: the first new ones
 *     are kept
 */
public record Proposer(double stepSize, int steps, int overgeneration) {

  /**
   * At most {@code wanted} sequences, fewer where the steps give no more.
   *
   * @param seeds sequences to begin from, at least one
   * @param isNew asked once for each sequence that is made, in their order; true makes it a
   *     candidate
   * @param stop asked before every step; after it what was found so far comes back
   */
  public List<int[]> propose(
      Controller controller,
      List<int[]> seeds,
      int wanted,
      Predicate<int[]> isNew,
      BooleanSupplier stop) {
    final long most = (long) wanted * overgeneration;
    final List<int[]> candidates = new ArrayList<>();
    for (int step = 1; step <= steps && candidates.size() < most && !stop.getAsBoolean(); step++) {
      for (final int[] each : controller.generate(seeds, step * stepSize)) {
        if (candidates.size() < most && isNew.test(each)) {
          candidates.add(each);
        }
      }
    }
    return overgeneration == 1
        ? candidates
        : best(controller, candidates).stream().limit(wanted).toList();
  }

  /** By prediction, the best first, equal ones in their order. */
  private static List<int[]> best(Controller controller, List<int[]> candidates) {
    if (candidates.isEmpty()) {
      return candidates;
    }
    final double[] predictions = controller.predict(candidates);
    return IntStream.range(0, predictions.length)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer i) -> predictions[i]).reversed())
        .map(candidates::get)
        .toList();
  }
}
