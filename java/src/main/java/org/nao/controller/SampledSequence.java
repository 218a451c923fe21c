package org.nao.controller;

/**
 * A sequence that a controller has drawn.
 *
 * @param tokens legal in the layout
 * @param logProbability of the tokens, in nats
 * @param entropy of the distributions that they were drawn from, summed, in nats
 */
public record SampledSequence(int[] tokens, double logProbability, double entropy) {}
