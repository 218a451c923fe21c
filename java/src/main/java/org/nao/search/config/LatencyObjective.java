package org.nao.search.config;

import org.nao.error.InvalidValue;
import org.nao.run.Values;

/**
 * How latency counts beside accuracy: a search maximises accuracy * (latency / target)^weight, the
 * soft objective of MnasNet (Tan et al. 2019, section 3.1, equation 2 with one exponent). A network
 * of the target's latency counts for its accuracy, faster ones for more, slower ones for less.
 *
 * @param targetMillis of a network for an image; 0: latency does not count
 * @param weight the exponent, below 0; 0: latency does not count
 */
public record LatencyObjective(double targetMillis, double weight) {
  /** Accuracy alone. */
  public static final LatencyObjective NONE = new LatencyObjective(0, 0);

  // Within these no quotient's power leaves the range of a number.
  private static final double LEAST_MILLIS = 1e-6;
  private static final double MOST_MILLIS = 1e6;
  private static final double LEAST_WEIGHT = -10;

  private static final String TARGET = "targetMillis";
  private static final String WEIGHT = "weight";

  public LatencyObjective {
    Values.check(
        TARGET,
        targetMillis,
        targetMillis == 0 || (targetMillis >= LEAST_MILLIS && targetMillis <= MOST_MILLIS),
        "from 0.000001 to 1000000 ms, or 0 for none");
    Values.check(
        WEIGHT, weight, weight <= 0 && weight >= LEAST_WEIGHT, "from -10 to 0, for example -0.07");
    if (weight < 0 && targetMillis == 0) {
      throw new InvalidValue(WEIGHT, "is %s, which needs {%s}".formatted(weight, TARGET));
    }
    if (weight == 0 && targetMillis > 0) {
      throw new InvalidValue(
          TARGET, "is %s, which needs {%s}, for example -0.07".formatted(targetMillis, WEIGHT));
    }
  }

  /** Whether latency counts. */
  public boolean counts() {
    return weight < 0;
  }

  /**
   * What is maximised.
   *
   * @param accuracy a fraction
   * @param millis of the network for an image
   */
  public double of(double accuracy, double millis) {
    return accuracy * factor(millis);
  }

  /** The accuracy of a network with such an objective: the inverse of {@link #of}. */
  public double accuracy(double objective, double millis) {
    return objective / factor(millis);
  }

  private double factor(double millis) {
    return counts() ? Math.pow(Math.max(millis, LEAST_MILLIS) / targetMillis, weight) : 1;
  }

  /** For people, for example {@code accuracy * (latency / 2.0 ms)^-0.07}. */
  public String words() {
    return counts()
        ? "accuracy * (latency / %s ms)^%s".formatted(targetMillis, weight)
        : "accuracy";
  }
}
