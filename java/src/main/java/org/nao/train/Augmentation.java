package org.nao.train;

import org.nao.engine.Training;
import org.nao.network.NetworkShape;
import org.nao.run.Values;

/**
 * How images are changed beside the recipe's crops, flips and cutout.
 *
 * @param mixup alpha of the Beta distribution from which each step's mixture of pairs of images is
 *     drawn; 0: none
 * @param autoAugment a policy of AutoAugment
 * @param randomResizedCrop side in pixels of random parts of images, which the network takes; 0:
 *     whole images
 * @param brightness by how much it changes at most, see {@link Training.Jitter}
 * @param contrast by how much it changes at most
 * @param saturation by how much it changes at most
 * @param hue by how much it turns at most
 */
public record Augmentation(
    double mixup,
    Policy autoAugment,
    int randomResizedCrop,
    double brightness,
    double contrast,
    double saturation,
    double hue) {
  private static final int MOST_MIXUP = 1000;
  private static final double MOST_HUE = 0.5;

  /** Which policy of AutoAugment (Cubuk et al. 2019) changes images. */
  public enum Policy {
    /** None. */
    NONE,
    /** The one that was found for CIFAR-10. */
    CIFAR10
  }

  public Augmentation {
    Values.check("mixup", mixup, mixup >= 0 && mixup <= MOST_MIXUP, "from 0 to 1000");
    Values.within("randomResizedCrop", randomResizedCrop, 0, NetworkShape.MOST_PIXELS);
    checkReach("brightness", brightness, 1);
    checkReach("contrast", contrast, 1);
    checkReach("saturation", saturation, 1);
    checkReach("hue", hue, MOST_HUE);
  }

  private static void checkReach(String key, double value, double most) {
    Values.check(key, value, value >= 0 && value <= most, "from 0 to " + most);
  }

  /** Whether colours are changed, which images of 1 or 3 channels have. */
  boolean changesColors() {
    return autoAugment != Policy.NONE
        || brightness > 0
        || contrast > 0
        || saturation > 0
        || hue > 0;
  }

  /** The same values as the engine takes them. */
  Training.Builder addTo(Training.Builder training) {
    return training
        .mixup((float) mixup)
        .autoAugment(autoAugment == Policy.CIFAR10)
        .resizedCrop(randomResizedCrop > 0)
        .jitter(
            new Training.Jitter(
                (float) brightness, (float) contrast, (float) saturation, (float) hue));
  }
}
