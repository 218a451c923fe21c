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

  /** Convolution weights [out][in / groups][kernel][kernel]. */
  static ParameterSpec convolution(String name, int out, int inPerGroup, int kernel) {
    return new ParameterSpec(
        name,
        List.of(out, inPerGroup, kernel, kernel),
        true,
        inPerGroup * kernel * kernel,
        Initialization.KAIMING_NORMAL);
  }

  /** Weights of a linear layer [out][in]. */
  static ParameterSpec linear(String name, int out, int in) {
    return new ParameterSpec(name, List.of(out, in), true, in, Initialization.KAIMING_NORMAL);
  }

  /** Shift of a linear layer [out] with {@code in} inputs. */
  static ParameterSpec linearBias(String name, int out, int in) {
    return new ParameterSpec(name, List.of(out), true, in, Initialization.UNIFORM);
  }

  /** One trainable value per channel. */
  static ParameterSpec perChannel(String name, int channels, Initialization initialization) {
    return new ParameterSpec(name, List.of(channels), true, 1, initialization);
  }

  /** One running statistic per channel. */
  static ParameterSpec buffer(String name, int channels, Initialization initialization) {
    return new ParameterSpec(name, List.of(channels), false, 1, initialization);
  }

  /** Number of its elements. */
  public long elements() {
    long product = 1;
    for (int dimension : shape) {
      product *= dimension;
    }
    return product;
  }
}
