package org.nao.training;

import java.util.Map;

/**
 * What the steps of an epoch add up to, so that its means are right when a stop and another process
 * lie within it.
 *
 * @param loss summed over images
 * @param correct images that were classified correctly
 * @param seen images
 */
public record EpochSums(double loss, long correct, long seen) {
  /** The sums of an epoch that begins. */
  public static final EpochSums NONE = new EpochSums(0, 0, 0);

  private static final String LOSS = "loss";
  private static final String CORRECT = "correct";
  private static final String SEEN = "seen";

  /** The sums by name, as a checkpoint keeps them. */
  public Map<String, Double> values() {
    return Map.of(LOSS, loss, CORRECT, (double) correct, SEEN, (double) seen);
  }

  /** What {@link #values} gave; of an empty map those of an epoch that begins. */
  public static EpochSums of(Map<String, Double> values) {
    return new EpochSums(
        values.getOrDefault(LOSS, 0.0),
        values.getOrDefault(CORRECT, 0.0).longValue(),
        values.getOrDefault(SEEN, 0.0).longValue());
  }

  /** These sums with those of more images added. */
  public EpochSums plus(double moreLoss, long moreCorrect, long moreSeen) {
    return new EpochSums(loss + moreLoss, correct + moreCorrect, seen + moreSeen);
  }

  /** Over the images seen. */
  public double meanLoss() {
    return loss / seen;
  }

  /** The fraction that was classified correctly. */
  public double accuracy() {
    return (double) correct / seen;
  }
}
