package org.nao.engine;

import org.nao.binding.nao_adam;

/**
 * How Adam (Kingma and Ba, 2015) updates weights.
 *
 * @param beta1 of the first moment, at least 0 and below 1
 * @param beta2 of the second moment, at least 0 and below 1
 * @param epsilon added to the root of the second moment, above 0
 * @param weightDecay L2 penalty added to the gradient
 * @param clipNorm gradients are scaled down to this norm over all weights; 0: never
 */
public record AdamSettings(
    double learningRate,
    double beta1,
    double beta2,
    double epsilon,
    double weightDecay,
    double clipNorm) {

  /** The constants that Kingma and Ba (2015) recommend. */
  public static AdamSettings usual(double learningRate, double weightDecay, double clipNorm) {
    return new AdamSettings(learningRate, 0.9, 0.999, 1e-8, weightDecay, clipNorm);
  }

  /**
   * As the engine takes it; the caller closes it.
   *
   * @param firstStep updates done before
   */
  nao_adam toNative(long firstStep) {
    return new nao_adam()
        .learning_rate((float) learningRate)
        .beta1((float) beta1)
        .beta2((float) beta2)
        .epsilon((float) epsilon)
        .weight_decay((float) weightDecay)
        .clip_norm((float) clipNorm)
        .first_step(firstStep);
  }
}
