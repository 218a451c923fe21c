package org.nao.network.edges;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.nao.network.Block;
import org.nao.network.CellLayers;
import org.nao.network.CommonBlocks;
import org.nao.network.Extent;
import org.nao.network.Layer;
import org.nao.network.Layer.AvgPool;
import org.nao.network.Layer.BatchNorm;
import org.nao.network.Layer.Conv;
import org.nao.network.Layer.Pointwise;
import org.nao.network.Layer.Relu;
import org.nao.network.LayerSequence;
import org.nao.network.Names;
import org.nao.network.NetworkShape;
import org.nao.space.EdgeCell;
import org.nao.space.SearchSpace;

/**
 * The blocks of NAS-Bench-201's networks, with the names of its authors' tensors; weights are drawn
 * as PyTorch draws them. Each is made once and kept.
 *
 * <p>Normalisations scale, shift and have running statistics, but for those inside the cells of a
 * supernet: there they do neither, so that no architecture's statistics count for another's.
 */
final class EdgeBlocks {

  private static final int KERNEL = 3;
  private static final int HALVING = 2;

  private final SearchSpace space;
  private final NetworkShape shape;
  private final boolean shared;
  private final CellLayers layers;
  private final Map<Object, Block> blocks = new ConcurrentHashMap<>();

  private enum Part {
    STEM,
    FIRST,
    SECOND,
    SHORTCUT,
    LAST
  }

  private record Key(Part part, int cell) {}

  private record EdgeKey(int cell, int from, int to, int operation) {}

  private record ClassifierKey(int site) {}

  /** {@code shared}: whether they are those of a supernet. */
  EdgeBlocks(SearchSpace space, NetworkShape shape, boolean shared) {
    this.space = space;
    this.shape = shape;
    this.shared = shared;
    layers = new CellLayers(false, !shared, !shared, false);
  }

  SearchSpace space() {
    return space;
  }

  NetworkShape shape() {
    return shape;
  }

  private Block kept(Part part, int cell, Supplier<Block> made) {
    return blocks.computeIfAbsent(new Key(part, cell), key -> made.get().uniform());
  }

  /** [3x3 convolution, BN] to C channels. */
  Block stem() {
    return kept(
        Part.STEM,
        0,
        () ->
            new Block(
                LayerSequence.of(
                    convolution(shape.imageChannels(), shape.channels(), 1),
                    norm(shape.channels())),
                Names.sequence("stem")));
  }

  /** What an operation on an edge of a cell computes. */
  Block operation(int cell, int from, int to, int operation) {
    return blocks.computeIfAbsent(
        new EdgeKey(cell, from, to, operation),
        key ->
            new Block(
                    layers.operation(space.operation(operation), shape.channelsAt(cell), 1),
                    Names.sequence(path(cell, from, to, operation)))
                .uniform());
  }

  private String path(int cell, int from, int to, int operation) {
    return shared
        ? "cells.%d.edges.%d<-%d.%d.op".formatted(cell, to, from, operation)
        : "cells.%d.layers.%d.op".formatted(cell, EdgeCell.edge(from, to));
  }

  /** [ReLU, 3x3 convolution with stride 2, BN] of a residual block to twice the channels. */
  Block first(int cell) {
    final int to = shape.channelsAt(cell);
    return kept(Part.FIRST, cell, () -> residual(cell, "conv_a", to / 2, to, HALVING));
  }

  /** [ReLU, 3x3 convolution, BN] of a residual block. */
  Block second(int cell) {
    final int channels = shape.channelsAt(cell);
    return kept(Part.SECOND, cell, () -> residual(cell, "conv_b", channels, channels, 1));
  }

  private static Block residual(int cell, String module, int from, int to, int stride) {
    return new Block(
        LayerSequence.of(new Relu(), convolution(from, to, stride), norm(to)),
        Names.sequence("cells.%d.%s.op".formatted(cell, module)));
  }

  /** What a residual block adds to its convolutions: [average pool 2x2, 1x1 convolution]. */
  Block shortcut(int cell) {
    final int to = shape.channelsAt(cell);
    return kept(
        Part.SHORTCUT,
        cell,
        () ->
            new Block(
                LayerSequence.of(new AvgPool(HALVING, HALVING, 0), Pointwise.of(to / 2, to)),
                Names.sequence("cells.%d.downsample".formatted(cell))));
  }

  /**
   * [BN, ReLU] after the last cell. Its output is a sum, and the engine normalises what a
   * convolution or a pool made: a pool of single pixels, which changes nothing.
   */
  Block last() {
    return kept(
        Part.LAST,
        0,
        () ->
            new Block(
                LayerSequence.of(
                    new AvgPool(1, 1, 0), norm(shape.channelsAt(shape.cells() - 1)), new Relu()),
                (all, layer, tensor) -> "lastact.0." + tensor.role().suffix()));
  }

  /** Global average pool, dropout, linear layer. */
  Block classifier(int dropoutSite) {
    return blocks.computeIfAbsent(
        new ClassifierKey(dropoutSite),
        key ->
            CommonBlocks.classifier(shape, shape.channelsAt(shape.cells() - 1), dropoutSite)
                .uniform());
  }

  private static Layer convolution(int from, int to, int stride) {
    return new Conv(
        from, to, Extent.square(KERNEL), Extent.square(stride), Extent.square(KERNEL / 2));
  }

  private static BatchNorm norm(int channels) {
    return new BatchNorm(channels, true, true);
  }
}
