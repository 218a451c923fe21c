package org.nao.controller;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.nao.controller.WeightShapes.Shape;

/** Named weights and the one array in which the engine keeps them, one after another. */
final class Weights {

  private final Map<String, Shape> shapes;
  private final int size;

  Weights(WeightShapes weights) {
    shapes = weights.all();
    size = shapes.values().stream().mapToInt(Shape::size).sum();
  }

  /** Of the array. */
  int size() {
    return size;
  }

  /** Every weight's name and shape. */
  Map<String, long[]> dimensions() {
    final Map<String, long[]> dimensions = new LinkedHashMap<>();
    shapes.forEach((name, shape) -> dimensions.put(name, shape.dimensions().clone()));
    return dimensions;
  }

  /** Initial values, drawn one after another. */
  float[] initial(SplittableRandom random) {
    final float[] flat = new float[size];
    for (final Shape shape : shapes.values()) {
      for (int i = 0; i < shape.size(); i++) {
        flat[shape.offset() + i] = (float) shape.initial().value(random, i);
      }
    }
    return flat;
  }

  /** A copy of every weight, row-major. */
  Map<String, float[]> split(float[] flat) {
    final Map<String, float[]> copy = new LinkedHashMap<>();
    shapes.forEach(
        (name, shape) ->
            copy.put(
                name, Arrays.copyOfRange(flat, shape.offset(), shape.offset() + shape.size())));
    return copy;
  }

  /**
   * The array of named weights.
   *
   * @throws IllegalArgumentException naming a weight that is missing, unknown or of another size
   */
  float[] join(Map<String, float[]> weights) {
    for (final String name : weights.keySet()) {
      if (!shapes.containsKey(name)) {
        throw new IllegalArgumentException("the controller has no weight " + name);
      }
    }
    final float[] flat = new float[size];
    shapes.forEach(
        (name, shape) -> {
          final float[] weight = weights.get(name);
          if (weight == null) {
            throw new IllegalArgumentException("the controller's weight " + name + " is missing");
          }
          if (weight.length != shape.size()) {
            throw new IllegalArgumentException(
                "the controller's weight %s has %d values, not %d %s"
                    .formatted(
                        name, weight.length, shape.size(), Arrays.toString(shape.dimensions())));
          }
          System.arraycopy(weight, 0, flat, shape.offset(), weight.length);
        });
    return flat;
  }
}
