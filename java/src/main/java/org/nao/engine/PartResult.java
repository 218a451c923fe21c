package org.nao.engine;

/**
 * What a part of a step left, beside its contribution.
 *
 * @param loss mean over its images, auxiliary loss included
 * @param correct images classified right
 */
public record PartResult(double loss, int correct) {}
