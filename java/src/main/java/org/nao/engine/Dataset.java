package org.nao.engine;

import org.nao.binding.global.Nao;
import org.nao.binding.nao_dataset;

/** Images (bytes N,C,H,W) and their labels, resident on a device. */
public final class Dataset implements AutoCloseable {
  private final Handle<nao_dataset> handle;
  private final int count;

  private Dataset(Device device, nao_dataset dataset, int count) {
    this.count = count;
    handle = new Handle<>("data set", device.handle(), dataset, Nao::nao_dataset_destroy);
    handle.reportIfForgottenBy(this);
  }

  /**
   * Copies images and labels to the device.
   *
   * @param images labels.length x channels x height x width pixels, 0..255
   * @param labels 0..classes-1
   * @param mean per channel, of pixels scaled to 0..1
   * @param deviation per channel, of pixels scaled to 0..1
   * @throws IllegalArgumentException if an array does not have that length
   * @throws EngineException if the engine refuses a value
   */
  public static Dataset create(
      Device device,
      byte[] images,
      int[] labels,
      int channels,
      int height,
      int width,
      int classes,
      float[] mean,
      float[] deviation) {
    Lengths.require("images", images.length, (long) labels.length * channels * height * width);
    Lengths.require("mean", mean.length, channels);
    Lengths.require("deviation", deviation.length, channels);
    final nao_dataset dataset = new nao_dataset();
    NativeLibrary.check(
        Nao.nao_dataset_create(
            device.handle().get(),
            images,
            labels,
            labels.length,
            channels,
            height,
            width,
            classes,
            mean,
            deviation,
            dataset));
    return new Dataset(device, dataset, labels.length);
  }

  /** The number of images. */
  public int count() {
    return count;
  }

  @Override
  public void close() {
    handle.close();
  }

  Handle<nao_dataset> handle() {
    return handle;
  }
}
