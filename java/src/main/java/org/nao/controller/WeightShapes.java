package org.nao.controller;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/** Names, shapes and initial values of a controller's weights, in the order of their storage. */
final class WeightShapes {

  private static final int LSTM_GATES = 4;

  private final Map<String, Shape> shapes = new LinkedHashMap<>();
  private int end;

  /** The value that the element {@code index} of a weight starts with. */
  interface Initial {
    double value(SplittableRandom random, int index);
  }

  /** Where a weight lies among all, and how it starts. */
  record Shape(int offset, int size, long[] dimensions, Initial initial) {}

  /** A weight drawn uniformly from -bound to bound. */
  static Initial uniform(double bound) {
    return (random, index) -> random.nextDouble(-bound, bound);
  }

  void add(String name, Initial initial, long... dimensions) {
    final int size = Math.toIntExact(Arrays.stream(dimensions).reduce(1, Math::multiplyExact));
    shapes.put(name, new Shape(end, size, dimensions, initial));
    end += size;
  }

  /** Weights, and biases where {@code bias} says so, of a one-layer {@link Lstm}. */
  void addLstm(String prefix, Initial initial, int inputs, int hidden, boolean bias) {
    final long gates = (long) LSTM_GATES * hidden;
    add(prefix + "weight_ih_l0", initial, gates, inputs);
    add(prefix + "weight_hh_l0", initial, gates, hidden);
    if (bias) {
      add(prefix + "bias_ih_l0", initial, gates);
      add(prefix + "bias_hh_l0", initial, gates);
    }
  }

  /** Weights and biases U(+-1/sqrt(inputs)). */
  void addLinear(String prefix, int inputs, int outputs, boolean bias) {
    final Initial initial = uniform(1 / Math.sqrt(inputs));
    add(prefix + "weight", initial, outputs, inputs);
    if (bias) {
      add(prefix + "bias", initial, outputs);
    }
  }

  Map<String, Shape> all() {
    return shapes;
  }
}
