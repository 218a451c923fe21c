package org.nao.controller;

/**
 * Where Adam stands.
 *
 * @param steps updates done
 * @param first first moment of each weight
 * @param second second moment of each weight
 */
public record OptimizerState(long steps, float[] first, float[] second) {}
