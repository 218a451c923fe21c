package org.nao.training;

import org.nao.engine.Training;
import org.nao.network.NetworkShape;
import org.nao.run.Values;

/**
 * SGD with a cosine learning rate, regularisation and augmentation.
 *
 * @param learningRate of the first epoch
 * @param finalLearningRate to which the cosine falls
 * @param clipNorm gradients are scaled down to this norm; 0: never
 * @param dropPathKeep 1: off
 * @param dropoutKeep 1: off
 * @param cropPadding pixels of zeros around an image before a random crop
 * @param cutout side in pixels of the square erased from each image; 0: none
 * @param nesterov whether momentum looks ahead
 * @param firstCycle epochs of the cosine's first cycle, every later one is twice as long; 0: one
 *     cycle
 */
public record Recipe(
    double learningRate,
    double finalLearningRate,
    double momentum,
    double weightDecay,
    double clipNorm,
    double dropPathKeep,
    double dropoutKeep,
    int cropPadding,
    boolean flip,
    int cutout,
    boolean nesterov,
    int firstCycle) {
  public Recipe {
    Values.check("learningRate", learningRate, learningRate > 0, "above 0");
    Values.check(
        "finalLearningRate",
        finalLearningRate,
        finalLearningRate >= 0 && finalLearningRate <= learningRate,
        "from 0 to {learningRate}");
    Values.check("momentum", momentum, momentum >= 0 && momentum < 1, "at least 0 and below 1");
    Values.check("weightDecay", weightDecay, weightDecay >= 0, "at least 0");
    Values.check("clipNorm", clipNorm, clipNorm >= 0, "at least 0");
    Values.check(
        "dropPathKeep", dropPathKeep, dropPathKeep > 0 && dropPathKeep <= 1, "above 0, up to 1");
    Values.check(
        "dropoutKeep", dropoutKeep, dropoutKeep > 0 && dropoutKeep <= 1, "above 0, up to 1");
    Values.within("cropPadding", cropPadding, 0, NetworkShape.MOST_PIXELS);
    Values.within("cutout", cutout, 0, NetworkShape.MOST_PIXELS);
    Values.within("firstCycle", firstCycle, 0, Values.MOST);
  }

  /** The same values as the engine takes them. */
  public Training.Builder toTraining(long seed) {
    return Training.builder()
        .momentum((float) momentum)
        .weightDecay((float) weightDecay)
        .clipNorm((float) clipNorm)
        .dropPathKeep((float) dropPathKeep)
        .dropoutKeep((float) dropoutKeep)
        .cropPadding(cropPadding)
        .flip(flip)
        .cutout(cutout)
        .nesterov(nesterov)
        .seed(seed);
  }

  /** The schedule of the learning rate over {@code epochs} epochs. */
  public CosineSchedule schedule(int epochs) {
    return new CosineSchedule(learningRate, finalLearningRate, epochs, firstCycle);
  }
}
