package org.nao.data;

/**
 * What images are to be like. Arrays of images that all have one size keep it, or are brought to
 * {@link #size}: those that fit are padded with zeros, others are resized and cropped. Pictures in
 * files, whose sizes may differ, are resized and cropped.
 *
 * @param size side of the images in pixels; 0: as they are
 * @param uneven side of pictures in files that have several sizes, where {@code size} is 0; 0: such
 *     files are refused
 * @param channels of pictures in files: 1 or 3; 0: 1 where all of them are grey, else 3
 * @param skipBad whether files that cannot be read are left out and counted
 * @param anew whether pictures are decoded even where the cache has them
 */
public record ImageForm(int size, int uneven, int channels, boolean skipBad, boolean anew) {
  /** Images as they are. */
  public static final ImageForm AS_THEY_ARE = new ImageForm(0, 0, 0, false, false);

  /** How much larger than random crops of them images are kept, as evaluations take 7/8 of them. */
  private static final int CROP_EIGHTHS = 7;

  private static final int EIGHT = 8;

  /** Images of such a side; 0: as they are. */
  public static ImageForm of(int size) {
    return AS_THEY_ARE.sized(size);
  }

  /** The same with another side. */
  public ImageForm sized(int pixels) {
    return new ImageForm(pixels, uneven, channels, skipBad, anew);
  }

  /**
   * The same for networks that are trained on crops: pictures of several sizes may stay larger.
   *
   * @param side of the crops in pixels; 0: the same form
   */
  public ImageForm cropped(int side) {
    return uneven(side * EIGHT / CROP_EIGHTHS);
  }

  /**
   * The same, where pictures of several sizes are not refused: they become squares of this side.
   */
  public ImageForm uneven(int side) {
    return new ImageForm(size, side, channels, skipBad, anew);
  }

  /** The same with so many channels. */
  public ImageForm coloured(int count) {
    return new ImageForm(size, uneven, count, skipBad, anew);
  }

  /** The same with files that cannot be read left out, or not. */
  public ImageForm skippingBad(boolean skip) {
    return new ImageForm(size, uneven, channels, skip, anew);
  }

  /** The same with a look into the cache. */
  ImageForm fromCache() {
    return new ImageForm(size, uneven, channels, skipBad, false);
  }

  /** The same without a look into the cache. */
  public ImageForm decodedAnew() {
    return new ImageForm(size, uneven, channels, skipBad, true);
  }
}
