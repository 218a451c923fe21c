package org.nao.study.jobs;

import java.util.Arrays;
import java.util.List;

/**
 * Scores without training.
 *
 * @param scores one per architecture of the key; the lowest number that there is where a score is
 *     not finite
 */
public record UntrainedResult(List<Double> scores) {
  public UntrainedResult {
    scores = List.copyOf(scores);
  }

  static UntrainedResult of(double[] scores) {
    return new UntrainedResult(
        Arrays.stream(scores)
            .map(score -> Double.isFinite(score) ? score : -Double.MAX_VALUE)
            .boxed()
            .toList());
  }
}
