package org.nao.training;

import org.nao.data.ImageSet;
import org.nao.data.Split;
import org.nao.engine.Dataset;
import org.nao.engine.Device;

/**
 * The images of a run on the device, and which of them train and which validate.
 *
 * @param dataset closed with its device
 */
public record Images(Dataset dataset, Split split) {

  /** Copies the images of a data set to the device. */
  public static Images load(Device device, ImageSet set, Split split) {
    return new Images(
        Dataset.create(
            device,
            set.pixels(),
            set.labels(),
            set.channels(),
            set.height(),
            set.width(),
            set.classes(),
            set.statistics().mean(),
            set.statistics().deviation()),
        split);
  }
}
