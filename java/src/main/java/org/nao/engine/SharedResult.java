package org.nao.engine;

/**
 * A training step that several processes did together.
 *
 * @param loss mean over its images, auxiliary loss included
 * @param gradientNorm global L2 norm of the gradients before clipping
 * @param correct images classified right
 */
public record SharedResult(double loss, double gradientNorm, int correct) {}
