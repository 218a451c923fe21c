package org.nao.study;

/** Checks of configured numbers. */
final class Ranges {
  static final int MOST = 1_000_000;
  static final int MOST_SEEDS = 1000;

  private Ranges() {}

  static void check(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "%s is %d, allowed are %d to %d".formatted(name, value, least, most));
    }
  }
}
