package org.nao.search;

import org.nao.engine.Statistics;
import org.nao.supernet.Sampling;
import org.nao.training.Recipe;

/**
 * How the supernet is trained and used.
 *
 * @param warmStart whether a round goes on with the weights of the one before
 * @param trainOnNew whether a round trains only the architectures found last, not the whole pool
 * @param idleDecay whether weight decay and momentum go on for weights that a step does not use
 * @param statistics of batch normalisation in the evaluation
 * @param evaluationImages validation images that every architecture is evaluated on
 * @param evaluationBatch images per batch in the evaluation
 */
public record SupernetConfig(
    Recipe recipe,
    Sampling sampling,
    boolean warmStart,
    boolean trainOnNew,
    boolean idleDecay,
    Statistics statistics,
    int evaluationImages,
    int evaluationBatch) {
  public SupernetConfig {
    if (evaluationBatch < 1 || evaluationImages < 1 || evaluationImages % evaluationBatch != 0) {
      throw new IllegalArgumentException(
          "evaluationImages is %d, must be a multiple of evaluationBatch, which is %d"
              .formatted(evaluationImages, evaluationBatch));
    }
  }
}
