package org.nao.network;

import java.util.List;

/** Networks without cells of every form with few channels, for tests of whole networks. */
public enum NarrowNetwork {
  SMALL(new ResNet(List.of(2, 1), 4, false, true)),
  BASIC(new ResNet(List.of(1, 2), 4, false, false)),
  BOTTLENECK(new ResNet(List.of(2, 1), 4, true, false)),
  INVERTED(
      new MobileNetV2(
          List.of(
              new MobileNetV2.Stage(1, 4, 1, 1),
              new MobileNetV2.Stage(3, 6, 2, 2),
              new MobileNetV2.Stage(2, 8, 2, 2)),
          5,
          12));

  private final NamedNetwork.Layers layers;

  NarrowNetwork(NamedNetwork.Layers layers) {
    this.layers = layers;
  }

  /** The network for images and classes. */
  public StandaloneProgram program(NetworkShape shape) {
    return new StandaloneNetworks(
            shape, (architecture, auxiliary, sink) -> layers.walk(shape, sink))
        .program(NamedNetwork.NO_CELLS);
  }
}
