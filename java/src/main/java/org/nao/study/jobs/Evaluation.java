package org.nao.study.jobs;

import org.nao.engine.Statistics;
import org.nao.error.InvalidValue;
import org.nao.run.Values;
import org.nao.search.config.SupernetConfig.EvaluationBatches;

/**
 * How architectures are scored with inherited weights.
 *
 * @param bn statistics of batch normalisation
 * @param batches whether all architectures see the same images
 * @param images validation images for an architecture, a multiple of {@code batch}
 * @param batch images at a time
 */
public record Evaluation(Statistics bn, EvaluationBatches batches, int images, int batch) {
  public Evaluation {
    Values.within("evaluationBatch", batch, 1, Values.MOST);
    if (images < 1 || images % batch != 0) {
      throw new InvalidValue(
          "evaluationImages",
          "is %d, must be a multiple of {evaluationBatch}, which is %d".formatted(images, batch));
    }
  }
}
