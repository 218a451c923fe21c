package org.nao.controller;

import static org.nao.controller.Scopes.keep;
import static org.nao.controller.Scopes.scoped;
import static org.nao.controller.Scopes.withoutGradient;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.nao.controller.WeightShapes.Shape;

/**
 * All weights of a controller, one after another in one float32 tensor, so that clipping, Adam and
 * saving are a few calls on one tensor. {@link Replica}s give the weights their shapes.
 */
final class Parameters implements AutoCloseable {

  private final Map<String, Shape> shapes;

  /** Shape [number of weights]; an optimizer's leaf. */
  private final Tensor values;

  Parameters(WeightShapes weights, SplittableRandom random) {
    shapes = weights.all();
    values = scoped(() -> keep(Tensors.ofFloats(initial(shapes, random))));
    values.set_requires_grad(true);
  }

  /** The flat weights, [number of weights]. */
  Tensor values() {
    return values;
  }

  /** Every weight's name and shape. */
  Map<String, long[]> dimensions() {
    final Map<String, long[]> dimensions = new LinkedHashMap<>();
    shapes.forEach((name, shape) -> dimensions.put(name, shape.dimensions().clone()));
    return dimensions;
  }

  /** A copy of every weight, row-major. */
  Map<String, float[]> copy() {
    final float[] flat = scoped(() -> Tensors.toFloats(values));
    final Map<String, float[]> copy = new LinkedHashMap<>();
    shapes.forEach(
        (name, shape) ->
            copy.put(
                name, Arrays.copyOfRange(flat, shape.offset(), shape.offset() + shape.size())));
    return copy;
  }

  /**
   * Overwrites every weight.
   *
   * @throws IllegalArgumentException naming a weight that is missing, unknown or of another size;
   *     nothing is overwritten then
   */
  void restore(Map<String, float[]> weights) {
    for (final String name : weights.keySet()) {
      if (!shapes.containsKey(name)) {
        throw new IllegalArgumentException("the controller has no weight " + name);
      }
    }
    final float[] flat = new float[size(shapes)];
    shapes.forEach(
        (name, shape) -> {
          final float[] weight = weights.get(name);
          if (weight == null) {
            throw new IllegalArgumentException("the controller's weight " + name + " is missing");
          }
          if (weight.length != shape.size()) {
            throw new IllegalArgumentException(
                "the controller's weight "
                    + name
                    + " has "
                    + weight.length
                    + " values, not "
                    + shape.size()
                    + " "
                    + Arrays.toString(shape.dimensions()));
          }
          System.arraycopy(weight, 0, flat, shape.offset(), weight.length);
        });
    scoped(() -> withoutGradient(() -> values.copy_(Tensors.ofFloats(flat))));
  }

  @Override
  public void close() {
    values.close();
  }

  private static float[] initial(Map<String, Shape> shapes, SplittableRandom random) {
    final float[] flat = new float[size(shapes)];
    for (final Shape shape : shapes.values()) {
      for (int i = 0; i < shape.size(); i++) {
        flat[shape.offset() + i] = (float) shape.initial().value(random, i);
      }
    }
    return flat;
  }

  private static int size(Map<String, Shape> shapes) {
    return shapes.values().stream().mapToInt(Shape::size).sum();
  }

  /**
   * Shaped leaves over the flat weights with gradients of their own, so that several threads can
   * run backward passes at once. Changes of the weights are seen by every replica.
   */
  static final class Replica implements AutoCloseable {

    private final Map<String, Tensor> leaves = new LinkedHashMap<>();

    /** Shape [number of weights]; backward passes add to it. */
    private final Tensor gradient;

    Replica(Parameters parameters) {
      gradient = scoped(() -> keep(torch.zeros(parameters.values.numel())));
      parameters.shapes.forEach(
          (name, shape) -> leaves.put(name, scoped(() -> leaf(parameters.values, shape))));
    }

    private Tensor leaf(Tensor values, Shape shape) {
      final Tensor leaf = keep(shaped(values.detach(), shape));
      leaf.set_requires_grad(true);
      leaf.mutable_grad().put(shaped(gradient, shape));
      return leaf;
    }

    /** The weight of that name; null if there is none. */
    Tensor get(String name) {
      return leaves.get(name);
    }

    /** The sum of the gradients since it was last zeroed, laid out as {@link #values()}. */
    Tensor gradient() {
      return gradient;
    }

    @Override
    public void close() {
      leaves.values().forEach(Tensor::close);
      gradient.close();
    }

    private static Tensor shaped(Tensor flat, Shape shape) {
      return flat.narrow(0, shape.offset(), shape.size()).view(shape.dimensions());
    }
  }
}
