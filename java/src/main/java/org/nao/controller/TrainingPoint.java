package org.nao.controller;

/**
 * Where a training of the controller stands between two epochs; the weights are {@link
 * Controller#state}.
 *
 * @param epochs done
 */
public record TrainingPoint(int epochs, OptimizerState optimizer) {}
