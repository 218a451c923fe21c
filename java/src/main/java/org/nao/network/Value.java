package org.nao.network;

import java.util.List;

/**
 * A value of a program.
 *
 * @param number as operations name it
 * @param channels C
 * @param height H in pixels, 1 for features
 * @param width W in pixels, 1 for features
 */
public record Value(int number, int channels, int height, int width) {

  /** Another value of the same shape. */
  Value like(int newNumber) {
    return new Value(newNumber, channels, height, width);
  }

  /** The same number with another shape. */
  Value resized(int newChannels, int newHeight, int newWidth) {
    return new Value(number, newChannels, newHeight, newWidth);
  }

  /** The shape of values' channels one after another, with the number of the first value. */
  static Value concat(List<Value> values) {
    int channels = 0;
    for (final Value value : values) {
      channels += value.channels;
    }
    final Value first = values.get(0);
    return first.resized(channels, first.height, first.width);
  }
}
