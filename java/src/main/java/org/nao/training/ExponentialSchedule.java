package org.nao.training;

import org.nao.error.InvalidValue;

/**
 * A learning rate that falls by one factor from epoch to epoch: epoch t has first factor^t.
 *
 * @param first rate of the first epoch
 * @param factor above 0, up to 1
 * @param epochs of the training
 */
public record ExponentialSchedule(double first, double factor, int epochs)
    implements LearningRates {
  public ExponentialSchedule {
    if (!(factor > 0 && factor <= 1)) {
      throw new InvalidValue("learningRateDecay", "is " + factor + ", must be above 0, up to 1");
    }
    if (epochs < 1) {
      throw new InvalidValue("epochs", "is " + epochs + ", must be at least 1");
    }
  }

  @Override
  public double rate(int epoch) {
    return first * Math.pow(factor, epoch);
  }
}
