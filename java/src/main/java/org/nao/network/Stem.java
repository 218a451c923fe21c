package org.nao.network;

/** What a network makes of an image before its first cell. */
public enum Stem {
  /** [3x3 convolution to 3C, BN]: both first states have the image's size. */
  CIFAR(4),
  /**
   * The first state is [3x3 convolution of stride 2 to C / 2, BN, ReLU, 3x3 convolution of stride 2
   * to C, BN], a quarter of the image's side; the second is [ReLU, 3x3 convolution of stride 2 to
   * C, BN] of that, an eighth.
   */
  IMAGENET(32);

  private final int sideMultiple;

  Stem(int sideMultiple) {
    this.sideMultiple = sideMultiple;
  }

  /** What the sides of images are multiples of: two cells halve what the stem leaves. */
  int sideMultiple() {
    return sideMultiple;
  }
}
