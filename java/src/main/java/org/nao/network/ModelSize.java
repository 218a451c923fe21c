package org.nao.network;

/**
 * What a network or a part of one costs.
 *
 * @param parameters trainable values
 * @param macs multiply-adds of all convolutions and linear layers of one image's forward pass
 */
public record ModelSize(long parameters, long macs) {

  /** Both together. */
  public ModelSize plus(ModelSize other) {
    return new ModelSize(parameters + other.parameters, macs + other.macs);
  }

  /** What is left of it without a part. */
  public ModelSize minus(ModelSize part) {
    return new ModelSize(parameters - part.parameters, macs - part.macs);
  }
}
