package org.nao.study.jobs;

/** Checks of configured numbers. */
public final class Ranges {
  public static final int MOST = 1_000_000;
  public static final int MOST_SEEDS = 1000;

  private Ranges() {}

  public static void check(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "%s is %d, allowed are %d to %d".formatted(name, value, least, most));
    }
  }
}
