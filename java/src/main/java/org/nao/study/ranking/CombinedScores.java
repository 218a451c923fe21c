package org.nao.study.ranking;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.nao.search.ranking.CombinedRanking;

/**
 * What a {@link CombinedRanking} predicts of architectures that it was not taught: all are dealt to
 * five folds, and those of a fold are predicted from the accuracies of some of the other folds. So
 * no accuracy has a part in its own prediction.
 */
final class CombinedScores {
  static final int FOLDS = 5;

  private final List<int[]> tokens;
  private final double[] accuracies;
  private final int labels;
  private final int[] order;

  /**
   * Predictions for architectures.
   *
   * @param tokens of the architectures
   * @param accuracies of these
   * @param labels how many accuracies each prediction knows, at most {@link #most}
   * @param seed of the folds and of what is known
   */
  CombinedScores(List<int[]> tokens, double[] accuracies, int labels, long seed) {
    this.tokens = tokens;
    this.accuracies = accuracies;
    this.labels = labels;
    final List<Integer> shuffled = new ArrayList<>();
    for (int i = 0; i < accuracies.length; i++) {
      shuffled.add(i);
    }
    Collections.shuffle(shuffled, new Random(seed));
    order = shuffled.stream().mapToInt(Integer::intValue).toArray();
  }

  /** The most accuracies that each fold can know. */
  static int most(int architectures) {
    return architectures - (architectures + FOLDS - 1) / FOLDS;
  }

  /** Predictions for all architectures by their scores, see {@link CombinedRanking}. */
  double[] of(List<double[]> scores) {
    final CombinedRanking ranking = new CombinedRanking(scores, tokens);
    final double[] predictions = new double[accuracies.length];
    for (int fold = 0; fold < FOLDS; fold++) {
      final int own = fold;
      final int[] known =
          IntStream.range(0, order.length)
              .filter(place -> place % FOLDS != own)
              .limit(labels)
              .map(place -> order[place])
              .toArray();
      final double[] shares = new double[known.length];
      Arrays.fill(shares, (double) order.length / Math.max(1, known.length));
      final double[] found =
          ranking.predictions(
              known, Arrays.stream(known).mapToDouble(i -> accuracies[i]).toArray(), shares);
      for (int place = fold; place < order.length; place += FOLDS) {
        predictions[order[place]] = found[order[place]];
      }
    }
    return predictions;
  }
}
