package org.nao.controller;

/**
 * What one epoch of {@link Controller#train} reached. The training values are means over the
 * epoch's sequences, taken before the step that used them; the held-out values are taken after the
 * epoch.
 *
 * @param epoch 1-based
 * @param loss tradeoff x {@code predictorLoss} + (1 - tradeoff) x {@code decoderLoss}
 * @param predictorLoss mean squared error of the predictions, on targets scaled to 0..1
 * @param decoderLoss mean negative log likelihood of a token, in nats
 * @param heldOutPredictorLoss as {@code predictorLoss}, NaN when nothing is held out
 * @param heldOutPairwiseAccuracy share of held-out pairs that the prediction ranks as their
 *     accuracies do, 0.5 by chance, NaN when fewer than two sequences are held out
 */
public record TrainingEpoch(
    int epoch,
    double loss,
    double predictorLoss,
    double decoderLoss,
    double heldOutPredictorLoss,
    double heldOutPairwiseAccuracy) {}
