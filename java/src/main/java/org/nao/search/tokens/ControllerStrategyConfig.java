package org.nao.search.tokens;

import org.nao.controller.ControllerConfig;

/**
 * Settings of {@link ControllerStrategy}.
 *
 * @param initial random candidates before the first training of the controller
 * @param perRound candidates after each training
 * @param seeds best candidates that new ones are made from
 * @param stepSize by which the step along the gradient grows
 * @param steps growing steps that are tried
 * @param overgeneration how many times as many candidates are made, of which those with the best
 *     predictions are kept
 * @param targets what the predictor learns
 * @param keepWeights whether a training goes on from the weights of the last one
 */
public record ControllerStrategyConfig(
    int initial,
    int perRound,
    int seeds,
    double stepSize,
    int steps,
    int overgeneration,
    Targets targets,
    boolean keepWeights,
    ControllerConfig controller) {

  public ControllerStrategyConfig {
    atLeastOne("initial candidates", initial);
    atLeastOne("candidates per round", perRound);
    atLeastOne("seeds", seeds);
    atLeastOne("steps", steps);
    atLeastOne("candidates made per candidate kept", overgeneration);
    if (!(stepSize > 0) || Double.isInfinite(stepSize)) {
      throw new IllegalArgumentException("the step size is " + stepSize + ", must be above 0");
    }
  }

  private static void atLeastOne(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(
          "the number of " + name + " is " + value + ", must be >= 1");
    }
  }
}
