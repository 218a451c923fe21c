package org.nao.network;

import java.util.List;

/**
 * One tensor of a network.
 *
 * @param name the authors' state-dict name
 * @param shape its dimensions, outermost first
 * @param trainable true for a parameter, false for a buffer (running statistics)
 * @param fanIn inputs per output of the layer it belongs to; 1 where its initialisation has no use
 *     for it
 * @param initialization how its starting values are drawn
 */
public record ParameterSpec(
    String name, List<Integer> shape, boolean trainable, int fanIn, Initialization initialization) {

  public ParameterSpec {
    shape = List.copyOf(shape);
  }

  /** Number of its elements. */
  public long elements() {
    return elements(shape);
  }

  /** Elements of a tensor of that shape. */
  static long elements(List<Integer> shape) {
    long product = 1;
    for (final int dimension : shape) {
      product *= dimension;
    }
    return product;
  }
}
