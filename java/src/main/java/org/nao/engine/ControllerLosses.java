package org.nao.engine;

/**
 * Losses of a {@link ControllerNetwork}, summed over sequences.
 *
 * @param squaredError of the predictions
 * @param negativeLogLikelihood mean over a sequence's tokens, in nats
 * @param gradientNorms global L2 norm of each step, before clipping; none without steps
 */
public record ControllerLosses(
    double squaredError, double negativeLogLikelihood, double[] gradientNorms) {}
