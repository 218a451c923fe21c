package org.nao.engine;

import java.nio.file.Path;
import org.nao.binding.global.Nao;
import org.nao.binding.nao_dataset;

/** Images (bytes N,C,H,W) and their labels, resident on a device or in a file. */
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

  /**
   * Images in a file, which must stay as it is until this is closed. A GPU copies them to its
   * memory where half of what is free there is enough; else training steps and evaluations read
   * theirs. Results have the bits of those of {@link #create}.
   *
   * @param offsets of the first byte of each image in the file
   * @param checksums CRC-32C of each image, compared whenever it is read
   * @param labels 0..classes-1
   * @param height of the images in the file, pixels
   * @param width of the images in the file, pixels
   * @param crop 0, or the side of the squares that are made of them as {@link CentralCrop} does
   * @param mean per channel, of pixels scaled to 0..1
   * @param deviation per channel, of pixels scaled to 0..1
   * @throws IllegalArgumentException if an array does not have that length
   * @throws EngineException if the engine refuses a value, or the file cannot be read or is too
   *     short
   */
  public static Dataset open(
      Device device,
      Path file,
      long[] offsets,
      int[] checksums,
      int[] labels,
      int channels,
      int height,
      int width,
      int crop,
      int classes,
      float[] mean,
      float[] deviation) {
    Lengths.require("offsets", offsets.length, labels.length);
    Lengths.require("checksums", checksums.length, labels.length);
    Lengths.require("mean", mean.length, channels);
    Lengths.require("deviation", deviation.length, channels);
    final nao_dataset dataset = new nao_dataset();
    NativeLibrary.check(
        Nao.nao_dataset_open(
            device.handle().get(),
            file.toString(),
            offsets,
            checksums,
            labels,
            labels.length,
            channels,
            height,
            width,
            crop,
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
