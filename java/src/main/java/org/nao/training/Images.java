package org.nao.training;

import org.nao.data.FilePixels;
import org.nao.data.ImageSet;
import org.nao.data.Split;
import org.nao.engine.Dataset;
import org.nao.engine.Device;

/**
 * The images of a run for the device, and which of them train and which validate.
 *
 * @param dataset closed with its device
 */
public record Images(Dataset dataset, Split split) {

  /** The images of a data set on the device: copied to it, or read from their file. */
  public static Images load(Device device, ImageSet set, Split split) {
    return new Images(
        set.pixels() instanceof FilePixels file ? opened(device, set, file) : copied(device, set),
        split);
  }

  private static Dataset copied(Device device, ImageSet set) {
    return Dataset.create(
        device,
        set.pixels().all(),
        set.labels(),
        set.channels(),
        set.height(),
        set.width(),
        set.classes(),
        set.statistics().mean(),
        set.statistics().deviation());
  }

  private static Dataset opened(Device device, ImageSet set, FilePixels file) {
    return Dataset.open(
        device,
        file.file(),
        file.offsets(),
        file.checksums(),
        set.labels(),
        set.channels(),
        file.storedHeight(),
        file.storedWidth(),
        file.crop(),
        set.classes(),
        set.statistics().mean(),
        set.statistics().deviation());
  }
}
