package org.nao.engine;

/**
 * What an evaluation found, one entry per program.
 *
 * @param correct images classified right
 * @param losses mean per image
 */
public record EvaluationResult(long[] correct, double[] losses) {}
