package org.nao.run;

import org.nao.error.InvalidValue;

/** Checks of a configuration's values; each throws an {@link InvalidValue}. */
public final class Values {
  /** A larger count is a slip. */
  public static final int MOST = 1_000_000;

  /** More units of a recurrent network, or larger embeddings, fit no memory. */
  public static final int MOST_UNITS = 4096;

  /** Most CPU threads of a device that a configuration can ask for. */
  public static final int MOST_THREADS = 1024;

  /** Most images of a batch. */
  public static final int MOST_BATCH = 1 << 16;

  private Values() {}

  /** Checks that {@code least <= value <= most}. */
  public static void within(String key, long value, long least, long most) {
    if (value < least || value > most) {
      throw new InvalidValue(key, "is %d, allowed are %d to %d".formatted(value, least, most));
    }
  }

  /**
   * Checks that a number is finite and in its range.
   *
   * @param holds whether it is in the range
   * @param range in words, for example {@code above 0}
   */
  public static void check(String key, Number value, boolean holds, String range) {
    if (!holds || !Double.isFinite(value.doubleValue())) {
      throw new InvalidValue(key, "is %s, must be %s".formatted(value, range));
    }
  }
}
