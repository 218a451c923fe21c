package org.nao.supernet;

import java.util.Arrays;
import org.nao.data.Split;
import org.nao.error.InvalidValue;
import org.nao.text.Counted;
import org.nao.training.ImageOrder;
import org.nao.training.Seeds;

/**
 * Which images the steps of DARTS' search take. An epoch is over the training images in a random
 * order; the step and the seeds alone decide.
 */
final class MixedBatches {
  private static final int NO_EPOCH = -1;

  private final Split split;
  private final int batch;
  private final ValidationOrder order;
  private final long trainingSeed;
  private final long validationSeed;
  private final int stepsPerEpoch;
  private int epoch = NO_EPOCH;
  private int[] training;
  private int[] validation;

  /**
   * Batches of a split.
   *
   * @param batch images per step
   * @param partial whether training images that fill no batch make a smaller one at an epoch's end;
   *     otherwise the epoch is without them
   */
  MixedBatches(
      Split split,
      int batch,
      boolean partial,
      ValidationOrder order,
      long trainingSeed,
      long validationSeed) {
    final int smallest = Math.min(split.training().length, split.validation().length);
    if (batch > smallest) {
      throw new InvalidValue(
          "batch",
          "is %d, must be at most the %s that train weights or architecture"
              .formatted(batch, Counted.of(smallest, "image")));
    }
    this.split = split;
    this.batch = batch;
    this.order = order;
    this.trainingSeed = trainingSeed;
    this.validationSeed = validationSeed;
    final int images = split.training().length;
    stepsPerEpoch = partial ? (images - 1) / batch + 1 : images / batch;
  }

  int stepsPerEpoch() {
    return stepsPerEpoch;
  }

  /** The images of a step that train the weights. */
  int[] trained(long step) {
    shuffle(step);
    return batchOf(training, (int) (step % stepsPerEpoch));
  }

  /** The images of a step that train the architecture. */
  int[] validated(long step) {
    if (order == ValidationOrder.STEP) {
      return EvaluationImages.random(split.validation(), batch, Seeds.derive(validationSeed, step));
    }
    shuffle(step);
    return batchOf(validation, (int) (step % stepsPerEpoch) % (validation.length / batch));
  }

  private void shuffle(long step) {
    final int wanted = Math.toIntExact(step / stepsPerEpoch);
    if (wanted != epoch) {
      training = ImageOrder.shuffled(split.training(), Seeds.derive(trainingSeed, wanted));
      validation = ImageOrder.shuffled(split.validation(), Seeds.derive(validationSeed, wanted));
      epoch = wanted;
    }
  }

  private int[] batchOf(int[] all, int index) {
    return Arrays.copyOfRange(all, index * batch, Math.min((index + 1) * batch, all.length));
  }
}
