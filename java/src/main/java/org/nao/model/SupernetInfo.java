package org.nao.model;

import org.nao.network.NetworkShape;
import org.nao.space.SearchSpace;

/**
 * The network whose weights a search shared.
 *
 * @param space name of its search space
 * @param nodes of a cell
 * @param operations names of those of the space that were searched, with commas; empty: all
 * @param layers N, see {@link NetworkShape}
 * @param channels C, see {@link NetworkShape}
 * @param imageChannels channels of an image
 * @param height of an image, pixels
 * @param width of an image, pixels
 * @param classes classes to tell apart
 */
public record SupernetInfo(
    String space,
    int nodes,
    String operations,
    int layers,
    int channels,
    int imageChannels,
    int height,
    int width,
    int classes) {

  public SupernetInfo {
    SearchSpace.named(space, nodes, operations);
    new NetworkShape(layers, channels, imageChannels, height, width, classes, false);
  }

  /** Of a space at a size. */
  public SupernetInfo(SearchSpace space, NetworkShape shape) {
    this(
        space.name(),
        space.nodes(),
        space.chosenOperations(),
        shape.layers(),
        shape.channels(),
        shape.imageChannels(),
        shape.height(),
        shape.width(),
        shape.classes());
  }
}
