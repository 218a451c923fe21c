package org.nao.network;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.nao.error.UserException;
import org.nao.space.Architecture;
import org.nao.space.Cell;

/**
 * Networks that people designed, as baselines; they have no cells. Their tensors have the names
 * that torchvision gives them.
 */
public enum NamedNetwork {
  /** Of 20 layers for CIFAR's images (He et al. 2016, section 4.2). */
  RESNET20("resnet20", new ResNet(List.of(3, 3, 3), 16, false, true)),
  /** Of 56 layers for CIFAR's images. */
  RESNET56("resnet56", new ResNet(List.of(9, 9, 9), 16, false, true)),
  /** Of 18 layers for ImageNet's images. */
  RESNET18("resnet18", new ResNet(List.of(2, 2, 2, 2), 64, false, false)),
  /** Of 34 layers for ImageNet's images. */
  RESNET34("resnet34", new ResNet(List.of(3, 4, 6, 3), 64, false, false)),
  /** Of 50 layers, in bottlenecks, for ImageNet's images. */
  RESNET50("resnet50", new ResNet(List.of(3, 4, 6, 3), 64, true, false)),
  /**
   * Inverted residuals of width 1.0, for ImageNet's images and, with other strides, for CIFAR's.
   */
  MOBILENET_V2("mobilenet_v2", MobileNetV2.STANDARD);

  /** Stands for the architecture of a network without cells. */
  public static final Architecture NO_CELLS =
      new Architecture(new Cell(List.of()), new Cell(List.of()));

  /** The layers of a network without cells. */
  interface Layers {
    /** Hands the parts of the network to a sink. */
    void walk(NetworkShape shape, LayerSink sink);

    /** The side of images that its halvings leave a pixel of. */
    int leastPixels();
  }

  private final String title;
  private final Layers layers;

  NamedNetwork(String title, Layers layers) {
    this.title = title;
    this.layers = layers;
  }

  /** Its name for users. */
  public String title() {
    return title;
  }

  /**
   * The one of that name.
   *
   * @throws UserException naming those that there are
   */
  public static NamedNetwork of(String title) {
    return Arrays.stream(values())
        .filter(each -> each.title.equals(title))
        .findFirst()
        .orElseThrow(
            () ->
                new UserException("unknown network '%s', allowed: %s".formatted(title, titles())));
  }

  /** The names of all, with commas. */
  public static String titles() {
    return Arrays.stream(values()).map(NamedNetwork::title).collect(Collectors.joining(", "));
  }

  /**
   * The network for images and classes; the only architecture that it has is {@link #NO_CELLS}.
   *
   * @param shape of the images, N and C do not matter
   * @throws UserException if the images are too small, or an auxiliary head is asked for
   */
  public StandaloneNetworks networks(NetworkShape shape) {
    final int least = layers.leastPixels();
    if (shape.height() < least || shape.width() < least) {
      throw new UserException(
          "%s halves images too often for %d x %d pixels; give --image-size, at least %d"
              .formatted(title, shape.height(), shape.width(), least));
    }
    if (shape.auxiliary().isPresent()) {
      throw new UserException("%s has no auxiliary head".formatted(title));
    }
    return new StandaloneNetworks(
        shape, (architecture, auxiliary, sink) -> layers.walk(shape, sink));
  }
}
