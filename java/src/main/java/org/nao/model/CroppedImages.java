package org.nao.model;

import org.nao.data.DataException;
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
   * @throws DataException if they would take more than 2 GiB
   */
  public static ImageSet of(ImageSet set, int[] indices, int size) {
    final int bytes = set.channels() * set.height() * set.width();
    requireRoom(set, (long) indices.length * bytes);
    requireRoom(set, (long) indices.length * set.channels() * size * size);
    final byte[] chosen = new byte[indices.length * bytes];
    final int[] labels = new int[indices.length];
    for (int i = 0; i < indices.length; i++) {
      System.arraycopy(set.pixels(), indices[i] * bytes, chosen, i * bytes, bytes);
      labels[i] = set.labels()[indices[i]];
    }
    final boolean fits = set.height() == size && set.width() == size;
    return new ImageSet(
        set.name(),
        set.channels(),
        size,
        size,
        set.classNames(),
        fits
            ? chosen
            : CentralCrop.of(
                chosen, indices.length, set.channels(), set.height(), set.width(), size),
        labels,
        set.statistics());
  }

  private static void requireRoom(ImageSet set, long bytes) {
    if (bytes > Integer.MAX_VALUE) {
      throw new DataException(
          "%s: its images would take %d bytes, at most %d are possible."
              .formatted(set.name(), bytes, Integer.MAX_VALUE));
    }
  }
}
