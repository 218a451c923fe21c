package org.nao.controller;

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
    atLeastOne("embedding size", embeddingSize);
    atLeastOne("hidden size", hiddenSize);
    atLeastOne("epochs", epochs);
    atLeastOne("batch size", batchSize);
    atLeastOne("augmentation", augmentation);
    inRange("learning rate", learningRate, learningRate > 0, "above 0");
    inRange("gradient clip", gradientClip, gradientClip > 0, "above 0");
    inRange("tradeoff", tradeoff, tradeoff >= 0 && tradeoff <= 1, "from 0 to 1");
    inRange(
        "training share",
        trainingShare,
        trainingShare > 0 && trainingShare <= 1,
        "above 0 and at most 1");
    inRange("weight decay", weightDecay, weightDecay >= 0, "at least 0");
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

  private static void atLeastOne(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException("controller " + name + " is " + value + ", must be >= 1");
    }
  }

  private static void inRange(String name, double value, boolean holds, String range) {
    if (!holds) {
      throw new IllegalArgumentException(
          "controller " + name + " is " + value + ", must be " + range);
    }
  }
}
