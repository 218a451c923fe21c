package org.nao.engine;

/**
 * What one pass over explicit images left.
 *
 * @param logits batch x classes of the main classifier
 * @param loss mean over the batch, auxiliary loss included
 * @param gradientNorm global L2 norm before clipping; 0 when nothing was trained
 * @param correct images classified right
 */
public record StepResult(float[] logits, double loss, double gradientNorm, int correct) {}
