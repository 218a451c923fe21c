package org.nao.engine;

/**
 * What a run of steps left, one entry per step.
 *
 * @param losses mean over the batch, auxiliary loss included
 * @param gradientNorms global L2 norms before clipping
 * @param correct images of the batch classified right
 * @param done steps completed
 */
public record TrainResult(float[] losses, float[] gradientNorms, int[] correct, int done) {}
