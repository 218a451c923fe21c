package org.nao.training;

import org.nao.error.InvalidValue;

/**
 * A learning rate that first rises, epoch by epoch in equal steps, to the first rate of the
 * schedule that follows. Epoch t of w epochs has (t + 1) / w of that rate.
 *
 * @param length w, epochs of the rise; 0: none
 * @param after the schedule that follows
 */
public record WarmUp(int length, LearningRates after) implements LearningRates {
  public WarmUp {
    if (length < 0) {
      throw new InvalidValue("warmupEpochs", "is " + length + ", must be at least 0");
    }
  }

  @Override
  public double rate(int epoch) {
    return epoch < length ? after.rate(0) * (epoch + 1) / length : after.rate(epoch - length);
  }

  @Override
  public int epochs() {
    return length + after.epochs();
  }
}
