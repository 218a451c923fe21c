package org.nao.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Layers on a map of one size, whatever their weights and wherever in a network: what takes equally
 * long.
 *
 * @param layers at least one
 * @param channels C of the map that they read
 * @param height H of it
 * @param width W of it
 */
public record SizedOperation(List<Layer> layers, int channels, int height, int width) {
  private static final int SOURCE_KERNEL = 3;

  public SizedOperation {
    layers = List.copyOf(layers);
  }

  /** For example {@code 20x14x14: relu, depthwise 3x3, 1x1 to 20}; normalisations are left out. */
  public String title() {
    return "%dx%dx%d: %s"
        .formatted(
            channels,
            height,
            width,
            layers.stream()
                .filter(layer -> !(layer instanceof Layer.BatchNorm))
                .map(SizedOperation::title)
                .collect(Collectors.joining(", ")));
  }

  private static String title(Layer layer) {
    if (layer instanceof Layer.Conv conv) {
      return "%dx%d%s to %d"
          .formatted(
              conv.kernel().y(),
              conv.kernel().x(),
              stride(Math.max(conv.stride().y(), conv.stride().x())),
              conv.out());
    }
    if (layer instanceof Layer.Depthwise depthwise) {
      return "depthwise %dx%d%s%s"
          .formatted(
              depthwise.kernel(),
              depthwise.kernel(),
              stride(depthwise.stride()),
              depthwise.dilation() == 1 ? "" : " dilation " + depthwise.dilation());
    }
    if (layer instanceof Layer.Pointwise pointwise) {
      return "1x1%s to %d"
          .formatted(
              pointwise.in().size() == 1 ? "" : " of %d states".formatted(pointwise.in().size()),
              pointwise.out());
    }
    if (layer instanceof Layer.AvgPool pool) {
      return "average pool %d%s".formatted(pool.kernel(), stride(pool.stride()));
    }
    if (layer instanceof Layer.MaxPool pool) {
      return "maximum pool %d%s".formatted(pool.kernel(), stride(pool.stride()));
    }
    if (layer instanceof Layer.FactorizedReduce reduce) {
      return "factorized reduce to " + reduce.out();
    }
    return layer instanceof Layer.Zero zero
        ? "zero" + stride(zero.stride())
        : layer.getClass().getSimpleName().toLowerCase(Locale.ROOT);
  }

  private static String stride(int stride) {
    return stride == 1 ? "" : "/" + stride;
  }

  /**
   * A program that makes the map of an image, has so many of the operation beside each other read
   * it, each with weights of its own, and classifies their sum.
   *
   * @param shape whose images and classes it takes
   */
  public StandaloneProgram program(NetworkShape shape, int copies) {
    final ParameterTable.Builder tensors = new ParameterTable.Builder();
    final LayerWriter writer = new LayerWriter(shape, tensors::declare);
    final Value image = writer.image();
    final Layer source =
        new Layer.Conv(
            image.channels(),
            channels,
            Extent.square(SOURCE_KERNEL),
            new Extent(image.height() / height, image.width() / width),
            Extent.square(SOURCE_KERNEL / 2));
    final Value src =
        writer.block(
            image,
            new Block(LayerSequence.of(source, Layer.BatchNorm.of(channels)), named("source")));
    final List<Value> results = new ArrayList<>(copies);
    for (int i = 0; i < copies; i++) {
      results.add(writer.block(src, new Block(new LayerSequence(layers), named("copy" + i))));
    }
    final Value sum = writer.add(results);
    writer.loss(writer.block(sum, CommonBlocks.classifier(shape, sum.channels(), 0)), false);
    return new StandaloneProgram(tensors.build(), writer.words(), writer.cells());
  }

  /** Names that tell all tensors of a block apart. */
  private static Names named(String path) {
    return (layers, layer, tensor) ->
        "%s.%d.%s.%d".formatted(path, layer, tensor.role(), tensor.part());
  }
}
