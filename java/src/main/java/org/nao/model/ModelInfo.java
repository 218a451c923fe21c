package org.nao.model;

import java.util.ArrayList;
import java.util.List;
import org.nao.data.ImageSet;
import org.nao.error.UserException;
import org.nao.network.AuxiliaryHead;
import org.nao.network.NamedNetwork;
import org.nao.network.NetworkShape;
import org.nao.network.StandaloneNetworks;
import org.nao.network.Stem;
import org.nao.network.family.NetworkFamilies;
import org.nao.run.Values;
import org.nao.space.Architecture;
import org.nao.space.ArchitectureFormat;
import org.nao.space.SearchSpace;

/**
 * All that is needed, beside its weights, to rebuild a trained network and to give it images.
 *
 * @param architecture text form
 * @param space name of its search space
 * @param nodes of a cell
 * @param operations names of those of the space that were searched, with commas; empty: all
 * @param network name of a {@link NamedNetwork}, which has none of the above nor N and C; empty:
 *     one of cells
 * @param layers N, see {@link NetworkShape}
 * @param channels C, see {@link NetworkShape}
 * @param stem what comes before the first cell
 * @param imageChannels channels of an image
 * @param height of an image, pixels
 * @param width of an image, pixels
 * @param classNames in the order of the logits
 * @param mean of each channel of pixels scaled to 0..1; it is subtracted
 * @param deviation of each channel; the difference is divided by it
 * @param cropped whether larger images are resized, their middles taken, as the network was trained
 *     on random crops
 * @param training how the weights came to be
 */
public record ModelInfo(
    String architecture,
    String space,
    int nodes,
    String operations,
    String network,
    int layers,
    int channels,
    Stem stem,
    int imageChannels,
    int height,
    int width,
    List<String> classNames,
    List<Float> mean,
    List<Float> deviation,
    boolean cropped,
    TrainedOn training) {

  /**
   * The images that the weights were trained on.
   *
   * @param data name or folder of the data set
   * @param sha256 of its pixels and labels, before padding
   * @param validation images that were kept for validation
   * @param splitSeed which ones
   */
  public record TrainedOn(String data, String sha256, int validation, long splitSeed) {
    public TrainedOn {
      Values.within("validation", validation, 0, Values.MOST);
    }
  }

  public ModelInfo {
    classNames = List.copyOf(classNames);
    mean = List.copyOf(mean);
    deviation = List.copyOf(deviation);
    Values.within("mean.length", mean.size(), imageChannels, imageChannels);
    Values.within("deviation.length", deviation.size(), imageChannels, imageChannels);
    deviation.forEach(each -> Values.check("deviation", each, each > 0, "above 0"));
    if (network.isEmpty()) {
      ArchitectureFormat.parseAny(SearchSpace.named(space, nodes, operations), architecture);
      shape(layers, channels, stem, imageChannels, height, width, classNames.size());
    } else {
      NamedNetwork.of(network)
          .networks(shape(1, 1, Stem.CIFAR, imageChannels, height, width, classNames.size()));
    }
  }

  /**
   * The model of a network without cells for the images of a set or square crops of them,
   * normalised as the set says.
   *
   * @param crop side of the crops in pixels; 0: whole images
   */
  public ModelInfo(NamedNetwork network, ImageSet images, int crop, TrainedOn training) {
    this(
        "",
        "",
        0,
        "",
        network.title(),
        0,
        0,
        Stem.CIFAR,
        images.channels(),
        crop > 0 ? crop : images.height(),
        crop > 0 ? crop : images.width(),
        images.classNames(),
        list(images.statistics().mean()),
        list(images.statistics().deviation()),
        crop > 0,
        training);
  }

  /** The model of networks for the images of a set, normalised as the set says. */
  public ModelInfo(
      String architecture,
      String space,
      int nodes,
      String operations,
      int layers,
      int channels,
      ImageSet images,
      TrainedOn training) {
    this(architecture, space, nodes, operations, layers, channels, Stem.CIFAR, images, 0, training);
  }

  /**
   * The model of networks for the images of a set or square crops of them, normalised as the set
   * says.
   *
   * @param crop side of the crops in pixels; 0: whole images
   */
  public ModelInfo(
      String architecture,
      String space,
      int nodes,
      String operations,
      int layers,
      int channels,
      Stem stem,
      ImageSet images,
      int crop,
      TrainedOn training) {
    this(
        architecture,
        space,
        nodes,
        operations,
        "",
        layers,
        channels,
        stem,
        images.channels(),
        crop > 0 ? crop : images.height(),
        crop > 0 ? crop : images.width(),
        images.classNames(),
        list(images.statistics().mean()),
        list(images.statistics().deviation()),
        crop > 0,
        training);
  }

  private static List<Float> list(float[] values) {
    final List<Float> list = new ArrayList<>();
    for (final float value : values) {
      list.add(value);
    }
    return list;
  }

  /** Whether the network is one of cells. */
  public boolean hasCells() {
    return network.isEmpty();
  }

  /**
   * The space of the architecture.
   *
   * @throws UserException if the network has no cells
   */
  public SearchSpace searchSpace() {
    if (!hasCells()) {
      throw new UserException(network + " is a network without cells, of no search space");
    }
    return SearchSpace.named(space, nodes, operations);
  }

  /** The architecture itself. */
  public Architecture parsed() {
    return hasCells()
        ? ArchitectureFormat.parseAny(searchSpace(), architecture)
        : NamedNetwork.NO_CELLS;
  }

  /** The size of the network, without auxiliary head. */
  public NetworkShape shape() {
    return shape(
        Math.max(layers, 1),
        Math.max(channels, 1),
        stem,
        imageChannels,
        height,
        width,
        classNames.size());
  }

  private static NetworkShape shape(
      int layers, int channels, Stem stem, int imageChannels, int height, int width, int classes) {
    return new NetworkShape(
        layers, channels, imageChannels, height, width, classes, AuxiliaryHead.NONE, stem);
  }

  /** The networks of the model's size. */
  public StandaloneNetworks networks() {
    return networks(shape());
  }

  /** The same networks with the auxiliary head of a shape. */
  public StandaloneNetworks networks(NetworkShape shape) {
    return hasCells()
        ? NetworkFamilies.standalone(searchSpace(), shape)
        : NamedNetwork.of(network).networks(shape);
  }

  /** What the network is called in messages: the architecture, or the name of the network. */
  public String title() {
    return hasCells() ? ArchitectureFormat.line(searchSpace()).write(parsed()) : network;
  }
}
