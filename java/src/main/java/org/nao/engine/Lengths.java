package org.nao.engine;

/** Lengths of arrays that the native side takes on trust. */
final class Lengths {
  private Lengths() {}

  static void require(String name, long actual, long expected) {
    if (actual != expected) {
      throw new IllegalArgumentException(
          name + " has " + actual + " elements, expected " + expected + ".");
    }
  }

  static void requirePositive(String name, int value) {
    if (value <= 0) {
      throw new IllegalArgumentException(name + " is " + value + ", expected at least 1.");
    }
  }
}
