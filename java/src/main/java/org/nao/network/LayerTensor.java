package org.nao.network;

import java.util.List;

/**
 * A tensor that a layer takes, before {@link Names} gives it a name.
 *
 * @param role what the layer does with it
 * @param part which of the layer's weights it is, from 0
 * @param shape its dimensions, outermost first
 * @param fanIn inputs per output of the layer, or rows of the table that it is one of; 1 where its
 *     initialization has no use for it
 * @param initialization how its starting values are drawn
 */
public record LayerTensor(
    Role role, int part, List<Integer> shape, int fanIn, Initialization initialization) {

  /** What a layer does with a tensor, and how the authors' names of such tensors end. */
  public enum Role {
    /** Multiplies inputs. */
    WEIGHT("weight"),
    /** Is added to a linear layer's outputs. */
    BIAS("bias"),
    /** Multiplies normalised values. */
    SCALE("weight"),
    /** Is added to normalised values. */
    SHIFT("bias"),
    /** Running mean of a normalisation. */
    MEAN("running_mean"),
    /** Running variance of a normalisation. */
    VARIANCE("running_var");

    private final String suffix;

    Role(String suffix) {
      this.suffix = suffix;
    }

    /** The last word of the tensor's name. */
    public String suffix() {
      return suffix;
    }

    /** Whether steps change it and its values count as parameters. */
    boolean trainable() {
      return this != MEAN && this != VARIANCE;
    }
  }

  /** Convolution weights [out][in / groups][height][width]. */
  static LayerTensor convolution(int part, int out, int inPerGroup, Extent kernel) {
    return new LayerTensor(
        Role.WEIGHT,
        part,
        List.of(out, inPerGroup, kernel.y(), kernel.x()),
        inPerGroup * kernel.y() * kernel.x(),
        Initialization.KAIMING_NORMAL);
  }

  /** Weights of a linear layer [out][in]. */
  static LayerTensor linear(int out, int in) {
    return new LayerTensor(Role.WEIGHT, 0, List.of(out, in), in, Initialization.KAIMING_NORMAL);
  }

  /** Shift of a linear layer [out] with {@code in} inputs. */
  static LayerTensor linearBias(int out, int in) {
    return new LayerTensor(Role.BIAS, 0, List.of(out), in, Initialization.UNIFORM);
  }

  /** One value per channel. */
  static LayerTensor perChannel(Role role, int channels, Initialization initialization) {
    return new LayerTensor(role, 0, List.of(channels), 1, initialization);
  }

  /** The same tensor of another weight of its layer. */
  LayerTensor withPart(int number) {
    return new LayerTensor(role, number, shape, fanIn, initialization);
  }

  /**
   * The same tensor as a row of a table: what draws a weight takes the rows for the inputs of an
   * output, as ENAS' authors do with their shared weights.
   */
  LayerTensor inTable(int rows) {
    return role == Role.WEIGHT ? new LayerTensor(role, part, shape, rows, initialization) : this;
  }

  /** The same tensor, a weight drawn uniformly in +-1 / sqrt(fan-in). */
  LayerTensor uniform() {
    return role == Role.WEIGHT
        ? new LayerTensor(role, part, shape, fanIn, Initialization.UNIFORM)
        : this;
  }

  /** The tensor under its name. */
  public ParameterSpec named(String name) {
    return new ParameterSpec(name, shape, role.trainable(), fanIn, initialization);
  }

  /** Number of its elements. */
  long elements() {
    return ParameterSpec.elements(shape);
  }
}
