package org.nao.network;

import org.nao.error.InvalidValue;
import org.nao.error.UserException;

/**
 * How large a network is: 3N + 2 cells, reductions at N and 2N + 1, each doubling the channels.
 * Networks of the space darts have N cells in all, reductions at N / 3 and 2N / 3.
 *
 * @param layers N, normal cells per stage, 1..32; of the space darts cells in all
 * @param channels C, channels of the first stage's states, 1..512; the stem makes 3C
 * @param imageChannels channels of an image, 1..16
 * @param height image height in pixels, a multiple of 4, 4..512; with ImageNet's stem of 32
 * @param width image width in pixels, likewise
 * @param classes classes to tell apart, 2..100000
 * @param auxiliary the second classifier over the second reduction cell, in training
 * @param stem what comes before the first cell
 */
public record NetworkShape(
    int layers,
    int channels,
    int imageChannels,
    int height,
    int width,
    int classes,
    AuxiliaryHead auxiliary,
    Stem stem) {

  /** Most pixels of an image's side. */
  public static final int MOST_PIXELS = 512;

  /** Channels of the stem as a multiple of C. */
  static final int STEM_MULTIPLE = 3;

  /** Two cells halve height and width. */
  private static final int HALVED_TWICE = 4;

  public NetworkShape {
    within("layers", layers, 1, 32);
    within("channels", channels, 1, 512);
    check("image channels", imageChannels, 1, 16);
    checkSide("image height", height, stem);
    checkSide("image width", width, stem);
    check("classes", classes, 2, 100_000);
    if (stem == Stem.IMAGENET && channels % 2 != 0) {
      throw new InvalidValue("channels", "is " + channels + ", must be even with ImageNet's stem");
    }
    if (auxiliary.isPresent()) {
      AuxiliaryPooling.of(height / stem.sideMultiple(), width / stem.sideMultiple(), stem);
    }
  }

  /** A network with the stem for CIFAR-10. */
  public NetworkShape(
      int layers,
      int channels,
      int imageChannels,
      int height,
      int width,
      int classes,
      AuxiliaryHead auxiliary) {
    this(layers, channels, imageChannels, height, width, classes, auxiliary, Stem.CIFAR);
  }

  /** A network with or without an auxiliary head, which leaves what it reads as it is. */
  public NetworkShape(
      int layers,
      int channels,
      int imageChannels,
      int height,
      int width,
      int classes,
      boolean auxiliary) {
    this(
        layers,
        channels,
        imageChannels,
        height,
        width,
        classes,
        auxiliary ? AuxiliaryHead.COPY : AuxiliaryHead.NONE);
  }

  /**
   * Checks a configuration's size that images are padded to; 0 leaves them as they are.
   *
   * @throws InvalidValue about the key {@code imageSize}
   */
  public static void checkImageSize(int pixels) {
    if (pixels < 0 || pixels > MOST_PIXELS || pixels % HALVED_TWICE != 0) {
      throw new InvalidValue(
          "imageSize",
          "is %d, allowed: multiples of 4 in 4..%d (two cells halve it), or 0 for images as they are"
              .formatted(pixels, MOST_PIXELS));
    }
  }

  /** A network for CIFAR-10: images 3 x 32 x 32, ten classes, no auxiliary head. */
  public static NetworkShape cifar10(int layers, int channels) {
    return new NetworkShape(layers, channels, 3, 32, 32, 10, false);
  }

  /** A network for ImageNet: images 3 x 224 x 224, 1,000 classes, no auxiliary head. */
  public static NetworkShape imagenet(int layers, int channels) {
    return new NetworkShape(layers, channels, 3, 224, 224, 1000, AuxiliaryHead.NONE, Stem.IMAGENET);
  }

  /** The same network with or without an auxiliary head, which leaves what it reads as it is. */
  public NetworkShape withAuxiliary(boolean present) {
    return withAuxiliary(present ? AuxiliaryHead.COPY : AuxiliaryHead.NONE);
  }

  /** The same network with that auxiliary head. */
  public NetworkShape withAuxiliary(AuxiliaryHead head) {
    return new NetworkShape(layers, channels, imageChannels, height, width, classes, head, stem);
  }

  /** Cells of the network, 3N + 2. */
  public int cells() {
    return 3 * layers + 2;
  }

  /** Whether cell {@code cell}, counted from 0, halves height and width. */
  public boolean isReduction(int cell) {
    return cell == layers || cell == secondReduction();
  }

  /** Index of the second reduction cell, whose output the auxiliary head reads. */
  public int secondReduction() {
    return 2 * layers + 1;
  }

  /** Channels of a state of cell {@code cell}: C, doubled at each reduction up to it. */
  public int channelsAt(int cell) {
    final int doublings = (cell >= layers ? 1 : 0) + (cell >= secondReduction() ? 1 : 0);
    return channels << doublings;
  }

  /** Channels that the stem for CIFAR-10 makes. */
  public int stemChannels() {
    return STEM_MULTIPLE * channels;
  }

  /** The value of the images. */
  Value image() {
    return new Value(ProgramWriter.IMAGE, imageChannels, height, width);
  }

  private static void check(String what, int value, int least, int most) {
    if (value < least || value > most) {
      throw new UserException("%s is %d, allowed: %d..%d".formatted(what, value, least, most));
    }
  }

  private static void within(String key, int value, int least, int most) {
    if (value < least || value > most) {
      throw new InvalidValue(key, "is %d, allowed: %d..%d".formatted(value, least, most));
    }
  }

  private static void checkSide(String what, int pixels, Stem stem) {
    final int multiple = stem.sideMultiple();
    if (pixels < multiple || pixels > MOST_PIXELS || pixels % multiple != 0) {
      throw new UserException(
          stem == Stem.CIFAR
              ? "%s is %d, allowed: multiples of 4 in 4..%d (two cells halve it); an image size pads images"
                  .formatted(what, pixels, MOST_PIXELS)
              : "%s is %d, with ImageNet's stem allowed: multiples of %d up to %d; random resized crops have any size"
                  .formatted(what, pixels, multiple, MOST_PIXELS));
    }
  }
}
