package org.nao.search.tokens;

import org.nao.controller.ControllerConfig;
import org.nao.run.Values;

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
    Values.within("initial", initial, 1, Values.MOST);
    Values.within("perRound", perRound, 1, Values.MOST);
    Values.within("seeds", seeds, 1, Values.MOST);
    Values.within("steps", steps, 1, Values.MOST);
    Values.within("overgeneration", overgeneration, 1, Values.MOST);
    Values.check("stepSize", stepSize, stepSize > 0, "above 0");
  }
}
