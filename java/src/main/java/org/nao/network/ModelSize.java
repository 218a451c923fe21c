package org.nao.network;

/**
 * What a network or a part of one costs.
 *
 * @param parameters trainable values
 * @param macs multiply-adds of all convolutions and linear layers of one image's forward pass
 */
public record ModelSize(long parameters, long macs) {

  /** The cost of this and another part together. */
  public ModelSize plus(ModelSize other) {
    return new ModelSize(parameters + other.parameters, macs + other.macs);
  }

  /** The cost that is left without a part of this. */
  public ModelSize minus(ModelSize part) {
    return new ModelSize(parameters - part.parameters, macs - part.macs);
  }
}
