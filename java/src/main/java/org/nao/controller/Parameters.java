package org.nao.controller;

import static org.nao.controller.Scopes.keep;
import static org.nao.controller.Scopes.scoped;

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

  private final WeightShapes shapes;
  private final Weights weights;

  /** Shape [number of weights]; an optimizer's leaf. */
  private final Tensor values;

  Parameters(WeightShapes shapes, SplittableRandom random) {
    this.shapes = shapes;
    weights = new Weights(shapes);
    values = scoped(() -> keep(Tensors.ofFloats(weights.initial(random))));
    values.set_requires_grad(true);
  }

  /** The flat weights, [number of weights]. */
  Tensor values() {
    return values;
  }

  /** A copy of every weight, row-major. */
  Map<String, float[]> copy() {
    return weights.split(scoped(() -> Tensors.toFloats(values)));
  }

  @Override
  public void close() {
    values.close();
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
      parameters
          .shapes
          .all()
          .forEach((name, shape) -> leaves.put(name, scoped(() -> leaf(parameters.values, shape))));
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
