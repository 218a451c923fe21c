package org.nao.network;

/**
 * A value of a program.
 *
 * @param number as operations name it
 * @param channels C
 * @param height H in pixels, 1 for features
 * @param width W in pixels, 1 for features
 */
record Value(int number, int channels, int height, int width) {

  Value like(int newNumber) {
    return new Value(newNumber, channels, height, width);
  }

  /** The value of an operation of stride {@code stride} that keeps a divisible size otherwise. */
  Value strided(int newNumber, int newChannels, int stride) {
    return new Value(newNumber, newChannels, height / stride, width / stride);
  }
}
