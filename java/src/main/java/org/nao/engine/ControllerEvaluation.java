package org.nao.engine;

/**
 * What a {@link ControllerNetwork} makes of N sequences.
 *
 * @param predictions N, from 0 to 1
 * @param logProbabilities N x T x V, of every token given those before it, in nats
 */
public record ControllerEvaluation(
    ControllerLosses losses, float[] predictions, float[] logProbabilities) {}
