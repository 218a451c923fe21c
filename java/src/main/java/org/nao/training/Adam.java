package org.nao.training;

/**
 * Adam (Kingma and Ba 2015) with weight decay added to the gradient, for a few values on the host.
 *
 * @param first decaying mean of the gradients
 * @param second decaying mean of their squares
 */
public record Adam(
    double learningRate,
    double beta1,
    double beta2,
    double weightDecay,
    float[] first,
    float[] second) {

  private static final double EPSILON = 1e-8;

  /** Moves {@code values} by the {@code step}-th step, counted from 1. */
  public void step(float[] values, float[] gradient, long step) {
    final double correction1 = 1 - Math.pow(beta1, step);
    final double correction2 = 1 - Math.pow(beta2, step);
    for (int i = 0; i < values.length; i++) {
      final double g = gradient[i] + weightDecay * values[i];
      first[i] = (float) (beta1 * first[i] + (1 - beta1) * g);
      second[i] = (float) (beta2 * second[i] + (1 - beta2) * g * g);
      final double root = Math.sqrt(second[i] / correction2) + EPSILON;
      values[i] -= (float) (learningRate * first[i] / correction1 / root);
    }
  }
}
