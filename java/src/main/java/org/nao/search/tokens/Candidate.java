package org.nao.search.tokens;

/**
 * A token sequence and what the objective said of it.
 *
 * @param tokens not to be changed
 * @param score higher is better
 */
public record Candidate(int[] tokens, double score) {}
