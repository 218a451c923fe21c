package org.nao.study.jobs;

import java.util.Arrays;
import org.nao.data.DataSource;
import org.nao.data.ImageData;
import org.nao.data.ImageForm;
import org.nao.data.ImageSet;
import org.nao.data.Split;
import org.nao.engine.Dataset;
import org.nao.engine.Device;
import org.nao.model.ModelInfo;
import org.nao.network.NetworkShape;
import org.nao.space.Architecture;
import org.nao.space.ArchitectureFormat;
import org.nao.space.SearchSpace;
import org.nao.training.Images;

/** The device, the images on it and the search space that all trainings of a study share. */
public final class Workplace implements AutoCloseable {
  private final SearchSpace space;
  private final ArchitectureFormat format;
  private final ImageSet set;
  private final ModelInfo.TrainedOn trainedOn;
  private final Device device;
  private final Images images;
  private final Dataset test;
  private final int[] testImages;
  private final Place place;

  /**
   * What the result of any training here depends on.
   *
   * @param data SHA-256 of all pixels and labels
   * @param validation images of the training set that are not trained on
   * @param splitSeed which ones
   * @param device instruction set
   */
  record Place(String data, int validation, long splitSeed, String device) {}

  /**
   * Reads the data and copies it to the device.
   *
   * @param imageSize side that images are brought to; 0: as they are
   * @param validation images of the training set kept for validation
   */
  public Workplace(
      String data,
      int imageSize,
      int validation,
      long splitSeed,
      String deviceName,
      int threads,
      SearchSpace space) {
    this.space = space;
    format = ArchitectureFormat.natural(space);
    final ImageData sized = DataSource.resolve(data).load(ImageForm.of(imageSize));
    set = sized.training();
    trainedOn = new ModelInfo.TrainedOn(data, sized.sha256(), validation, splitSeed);
    final Split split = Split.stratified(set.labels(), set.classes(), validation, splitSeed);
    device = Device.open(deviceName, threads);
    try {
      images = Images.load(device, set, split);
      testImages = new int[sized.test().labels().length];
      Arrays.setAll(testImages, i -> i);
      test = Images.load(device, sized.test(), new Split(testImages, new int[0])).dataset();
      place = new Place(sized.pixelsSha256(), validation, splitSeed, device.isa());
    } catch (RuntimeException e) {
      device.close();
      throw e;
    }
  }

  public Place place() {
    return place;
  }

  public Device device() {
    return device;
  }

  public SearchSpace space() {
    return space;
  }

  public Architecture parse(String line) {
    return format.parse(line);
  }

  public String write(Architecture architecture) {
    return format.write(architecture);
  }

  /** A network for these images, without auxiliary head. */
  public NetworkShape shape(int layers, int channels) {
    return new NetworkShape(
        layers, channels, set.channels(), set.height(), set.width(), set.classes(), false);
  }

  /** The network of an architecture trained here, for its model file. */
  ModelInfo model(String architecture, int layers, int channels) {
    return new ModelInfo(
        architecture,
        space.name(),
        space.nodes(),
        space.chosenOperations(),
        layers,
        channels,
        set,
        trainedOn);
  }

  /** The training set, on the device as {@link #images}. */
  ImageSet set() {
    return set;
  }

  Images images() {
    return images;
  }

  /** Images that networks are trained on. */
  public int trainingImages() {
    return images.split().training().length;
  }

  Dataset test() {
    return test;
  }

  /** All of {@link #test}. */
  int[] testImages() {
    return testImages;
  }

  @Override
  public void close() {
    device.close();
  }
}
