package org.nao.training;

/**
 * The learning rate of each epoch in closed form, so that it really restarts with every training:
 *
 * <pre>
 *   rate(e) = last + (first - last) (1 + cos(pi e / epochs)) / 2
 * </pre>
 *
 * @param first rate of epoch 0
 * @param last rate that epoch {@code epochs} would have
 * @param epochs length of the half period
 */
public record CosineSchedule(double first, double last, int epochs) {
  public CosineSchedule {
    if (!(first > 0) || !(last >= 0) || Double.isInfinite(first) || last > first) {
      throw new IllegalArgumentException(
          "the learning rate goes from %s to %s; it must start above 0 and not rise"
              .formatted(first, last));
    }
    if (epochs < 1) {
      throw new IllegalArgumentException("epochs is " + epochs + ", must be at least 1");
    }
  }

  /** The rate of an epoch, counted from 0. */
  public double rate(int epoch) {
    return last + (first - last) * (1 + Math.cos(Math.PI * epoch / epochs)) / 2;
  }
}
