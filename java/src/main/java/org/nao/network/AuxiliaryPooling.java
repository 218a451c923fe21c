package org.nao.network;

import java.util.List;
import org.nao.error.UserException;

/**
 * How the auxiliary head brings a map to 2 x 2.
 *
 * <p>The authors average over 5 x 5 windows with stride 3, which makes 2 x 2 of 8 x 8, and for
 * ImageNet with stride 2, which makes 2 x 2 of 7 x 7. Other maps are averaged adaptively: both
 * windows of a side of s pixels are ceil(s / 2) long and together cover it (PyTorch's
 * AdaptiveAvgPool2d), on top of the 5 / 3 pooling where that leaves at least 2 x 2.
 *
 * @param windows the pools one after another; none for a map that is 2 x 2 already
 */
record AuxiliaryPooling(List<Window> windows) {

  /** A square average pool without padding. */
  record Window(int kernel, int stride) {
    int outputSide(int side) {
      return (side - kernel) / stride + 1;
    }
  }

  /** Side of the pooled map. */
  static final int SIDE = 2;

  private static final Window CIFAR = new Window(5, 3);
  private static final Window IMAGENET = new Window(5, 2);

  /**
   * The pools for a map of that size.
   *
   * @throws UserException if no square windows make 2 x 2 of it
   */
  static AuxiliaryPooling of(int height, int width, Stem stem) {
    final Window authors = stem == Stem.IMAGENET ? IMAGENET : CIFAR;
    if (Math.min(height, width) >= authors.kernel()) {
      final int pooledHeight = authors.outputSide(height);
      final int pooledWidth = authors.outputSide(width);
      if (pooledHeight == SIDE && pooledWidth == SIDE) {
        return new AuxiliaryPooling(List.of(authors));
      }
      if (pooledHeight == pooledWidth && pooledHeight > SIDE) {
        return new AuxiliaryPooling(List.of(authors, halves(pooledHeight)));
      }
    }
    if (height != width || height < SIDE) {
      throw new UserException(
          "the auxiliary head cannot pool a map of %d x %d to 2 x 2 with square windows: "
                  .formatted(height, width)
              + "use square images of at least %1$d x %1$d pixels, or no auxiliary head"
                  .formatted(SIDE * stem.sideMultiple()));
    }
    return new AuxiliaryPooling(height == SIDE ? List.of() : List.of(halves(height)));
  }

  private static Window halves(int side) {
    final int kernel = (side + 1) / SIDE;
    return new Window(kernel, side - kernel);
  }
}
