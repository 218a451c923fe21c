package org.nao.engine;

/**
 * New sequences of a {@link ControllerNetwork}: those of the first step size in the seeds' order,
 * then those of the second, ...
 *
 * @param tokens step sizes x N x T
 * @param predictions step sizes x N, at the moved encodings
 */
public record GeneratedSequences(int[] tokens, float[] predictions) {}
