package org.nao.controller;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Random sequences and a score of them that a controller can learn. */
final class Sequences {

  private Sequences() {}

  /** Legal sequences, each token drawn uniformly. */
  static List<int[]> random(SequenceLayout layout, int count, long seed) {
    final SplittableRandom random = new SplittableRandom(seed);
    final List<int[]> sequences = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      sequences.add(
          layout.legal().stream()
              .mapToInt(range -> random.nextInt(range.first(), range.end()))
              .toArray());
    }
    return sequences;
  }

  /** How often the first two operations occur, in nao-small the separable convolutions. */
  static double score(SequenceLayout layout, int[] tokens) {
    int score = 0;
    for (int i = 1; i < tokens.length; i += 2) {
      if (tokens[i] - layout.legal().get(i).first() < 2) {
        score++;
      }
    }
    return score;
  }

  /** The scores of all sequences. */
  static double[] scores(SequenceLayout layout, List<int[]> sequences) {
    return sequences.stream().mapToDouble(tokens -> score(layout, tokens)).toArray();
  }
}
