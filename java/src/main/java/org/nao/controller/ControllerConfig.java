package org.nao.controller;

import org.nao.run.Values;

/**
 * Sizes and training settings of the controller.
 *
 * @param embeddingSize size E of a token's embedding in the encoder
 * @param hiddenSize size H of both LSTMs, of the architecture embedding and of the decoder's token
 *     embedding
 * @param epochs passes over the augmented training sequences per {@link Controller#train}
 * @param batchSize sequences B in a training step
 * @param learningRate Adam's learning rate; its other settings are 0.9, 0.999 and 1e-8
 * @param gradientClip upper bound of the gradient's norm over all parameters
 * @param tradeoff weight of the predictor's loss; the decoder's has {@code 1 - tradeoff}
 * @param trainingShare share of the sequences trained on; the rest is held out
 * @param augmentation how often each training sequence appears: once as given, otherwise with
 *     swapped operands
 * @param weightDecay L2 penalty added to the gradient
 */
public record ControllerConfig(
    int embeddingSize,
    int hiddenSize,
    int epochs,
    int batchSize,
    double learningRate,
    double gradientClip,
    double tradeoff,
    double trainingShare,
    int augmentation,
    double weightDecay) {

  /** Checks that every value is in its range. */
  public ControllerConfig {
    Values.within("embeddingSize", embeddingSize, 1, Values.MOST_UNITS);
    Values.within("hiddenSize", hiddenSize, 1, Values.MOST_UNITS);
    Values.within("epochs", epochs, 1, Values.MOST);
    Values.within("batchSize", batchSize, 1, Values.MOST);
    Values.within("augmentation", augmentation, 1, Values.MOST);
    Values.check("learningRate", learningRate, learningRate > 0, "above 0");
    Values.check("gradientClip", gradientClip, gradientClip > 0, "above 0");
    Values.check("tradeoff", tradeoff, tradeoff >= 0 && tradeoff <= 1, "from 0 to 1");
    Values.check(
        "trainingShare",
        trainingShare,
        trainingShare > 0 && trainingShare <= 1,
        "above 0 and at most 1");
    Values.check("weightDecay", weightDecay, weightDecay >= 0, "at least 0");
  }

  /** These settings with another number of epochs. */
  public ControllerConfig withEpochs(int newEpochs) {
    return new ControllerConfig(
        embeddingSize,
        hiddenSize,
        newEpochs,
        batchSize,
        learningRate,
        gradientClip,
        tradeoff,
        trainingShare,
        augmentation,
        weightDecay);
  }

  /** These settings with another number of sequences in a training step. */
  public ControllerConfig withBatchSize(int newBatchSize) {
    return new ControllerConfig(
        embeddingSize,
        hiddenSize,
        epochs,
        newBatchSize,
        learningRate,
        gradientClip,
        tradeoff,
        trainingShare,
        augmentation,
        weightDecay);
  }

  /** These settings with another augmentation factor. */
  public ControllerConfig withAugmentation(int newAugmentation) {
    return new ControllerConfig(
        embeddingSize,
        hiddenSize,
        epochs,
        batchSize,
        learningRate,
        gradientClip,
        tradeoff,
        trainingShare,
        newAugmentation,
        weightDecay);
  }

  /** These settings with another share of the sequences trained on. */
  public ControllerConfig withTrainingShare(double newTrainingShare) {
    return new ControllerConfig(
        embeddingSize,
        hiddenSize,
        epochs,
        batchSize,
        learningRate,
        gradientClip,
        tradeoff,
        newTrainingShare,
        augmentation,
        weightDecay);
  }

  /** These settings with other sizes of the networks. */
  public ControllerConfig withSizes(int newEmbeddingSize, int newHiddenSize) {
    return new ControllerConfig(
        newEmbeddingSize,
        newHiddenSize,
        epochs,
        batchSize,
        learningRate,
        gradientClip,
        tradeoff,
        trainingShare,
        augmentation,
        weightDecay);
  }
}
