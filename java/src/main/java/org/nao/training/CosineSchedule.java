package org.nao.training;

import org.nao.error.InvalidValue;
import org.nao.error.UserException;

/**
 * The learning rate of each epoch in closed form, so that it really restarts with every training.
 * Epoch t of a cycle of T epochs, the only one or one of several (Loshchilov and Hutter 2017), has
 *
 * <pre>
 *   rate = last + (first - last) (1 + cos(pi t / T)) / 2
 * </pre>
 *
 * @param first rate of a cycle's first epoch
 * @param last rate that the epoch after a cycle would have if no cycle followed
 * @param epochs of the training
 * @param firstCycle epochs of the first cycle, each later one is twice as long as the one before;
 *     0: the training is one cycle
 */
public record CosineSchedule(double first, double last, int epochs, int firstCycle)
    implements LearningRates {
  public CosineSchedule {
    if (!(first > 0) || !(last >= 0) || Double.isInfinite(first) || last > first) {
      throw new UserException(
          "the learning rate goes from %s to %s; it must start above 0 and not rise"
              .formatted(first, last));
    }
    if (epochs < 1) {
      throw new InvalidValue("epochs", "is " + epochs + ", must be at least 1");
    }
    if (firstCycle < 0) {
      throw new InvalidValue(
          "firstCycle", "is " + firstCycle + ", must be at least 1, or 0 for one cycle");
    }
  }

  /** A schedule that falls once, over all epochs. */
  public CosineSchedule(double first, double last, int epochs) {
    this(first, last, epochs, 0);
  }

  @Override
  public double rate(int epoch) {
    long length = firstCycle == 0 ? epochs : firstCycle;
    long inCycle = epoch;
    while (firstCycle > 0 && inCycle >= length) {
      inCycle -= length;
      length *= 2;
    }
    return last + (first - last) * (1 + Math.cos(Math.PI * inCycle / length)) / 2;
  }
}
