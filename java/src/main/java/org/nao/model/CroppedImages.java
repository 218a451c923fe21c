package org.nao.model;

import org.nao.data.DataException;
import org.nao.data.FilePixels;
import org.nao.data.ImagePixels;
import org.nao.data.ImageSet;
import org.nao.engine.CentralCrop;

/** Image sets as networks that were trained on random crops are evaluated on. */
public final class CroppedImages {
  private CroppedImages() {}

  /**
   * The images of a set, their middles resized to a square. Images of that size already stay as
   * they are.
   *
   * @param indices of the images, which become those of the result in this order
   * @throws DataException if they are in memory and would take more than 2 GiB
   */
  public static ImageSet of(ImageSet set, int[] indices, int size) {
    if (!(set.pixels() instanceof FilePixels)) {
      requireRoom(set, (long) indices.length * set.pixels().imageBytes());
    }
    final ImageSet chosen = set.some(indices);
    if (set.height() == size && set.width() == size) {
      return chosen;
    }
    return new ImageSet(
        set.name(),
        set.channels(),
        size,
        size,
        set.classNames(),
        cropped(chosen, size),
        chosen.labels(),
        set.statistics());
  }

  private static ImagePixels cropped(ImageSet set, int size) {
    if (set.pixels() instanceof FilePixels file) {
      return file.cropped(size, image -> crops(set, image, 1, size));
    }
    requireRoom(set, (long) set.count() * set.channels() * size * size);
    return ImagePixels.of(
        crops(set, set.pixels().all(), set.count(), size), set.channels() * size * size);
  }

  private static byte[] crops(ImageSet set, byte[] images, int count, int size) {
    return CentralCrop.of(images, count, set.channels(), set.height(), set.width(), size);
  }

  private static void requireRoom(ImageSet set, long bytes) {
    if (bytes > Integer.MAX_VALUE) {
      throw new DataException(
          "%s: its images would take %d bytes, at most %d are possible."
              .formatted(set.name(), bytes, Integer.MAX_VALUE));
    }
  }
}
