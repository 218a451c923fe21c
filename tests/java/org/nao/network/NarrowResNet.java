package org.nao.network;

import java.util.List;

/** Residual networks of every form with few channels, for tests of whole networks. */
public enum NarrowResNet {
  SMALL(new ResNet(List.of(2, 1), 4, false, true)),
  BASIC(new ResNet(List.of(1, 2), 4, false, false)),
  BOTTLENECK(new ResNet(List.of(2, 1), 4, true, false));

  private final ResNet layers;

  NarrowResNet(ResNet layers) {
    this.layers = layers;
  }

  /** The network for images and classes. */
  public StandaloneProgram program(NetworkShape shape) {
    return new StandaloneNetworks(
            shape, (architecture, auxiliary, sink) -> layers.walk(shape, sink))
        .program(NamedNetwork.NO_CELLS);
  }
}
