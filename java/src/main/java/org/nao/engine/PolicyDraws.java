package org.nao.engine;

/**
 * N sequences that a {@link Policy} has drawn.
 *
 * @param choices N x T, states and operations by their numbers: cell by cell and node by node,
 *     state operation state operation
 * @param logProbabilities of the sequences, N, in nats
 * @param entropies of the distributions that a sequence's choices were drawn from, summed, N, in
 *     nats
 */
public record PolicyDraws(int[] choices, double[] logProbabilities, double[] entropies) {}
