package org.nao.network;

import java.util.List;
import org.nao.network.Layer.BatchNorm;
import org.nao.network.Layer.Conv;
import org.nao.network.Layer.Depthwise;
import org.nao.network.Layer.GlobalAvgPool;
import org.nao.network.Layer.Linear;
import org.nao.network.Layer.Pointwise;
import org.nao.network.Layer.Relu6;

/**
 * MobileNetV2 (Sandler et al. 2018, table 2). A block widens a map by a 1x1 convolution, filters
 * each channel for itself by a 3x3 one, and narrows it by another 1x1 one that no ReLU6 follows;
 * where it keeps size and channels, the map itself is added.
 *
 * <p>Small images, such as CIFAR's, are halved three times in place of five: neither the first
 * convolution nor the second stage halves them, as is usual.
 *
 * @param stages in order
 * @param stem channels of the first convolution
 * @param last channels of the last convolution
 */
record MobileNetV2(List<Stage> stages, int stem, int last) implements NamedNetwork.Layers {

  /**
   * Blocks one after another.
   *
   * @param expansion by which a block widens what it reads; at 1 its first convolution is left out
   * @param channels of its blocks' results
   * @param blocks how many
   * @param stride of the first of them
   */
  record Stage(int expansion, int channels, int blocks, int stride) {}

  /** The network of width 1.0. */
  static final MobileNetV2 STANDARD =
      new MobileNetV2(
          List.of(
              new Stage(1, 16, 1, 1),
              new Stage(6, 24, 2, 2),
              new Stage(6, 32, 3, 2),
              new Stage(6, 64, 4, 2),
              new Stage(6, 96, 3, 1),
              new Stage(6, 160, 3, 2),
              new Stage(6, 320, 1, 1)),
          32,
          1280);

  /** Images with a side below this are small. */
  private static final int SMALL_PIXELS = 64;

  /** The stage that does not halve small images. */
  private static final int WHOLE_STAGE = 1;

  MobileNetV2 {
    stages = List.copyOf(stages);
  }

  @Override
  public int leastPixels() {
    return 1;
  }

  @Override
  public void walk(NetworkShape shape, LayerSink sink) {
    final boolean small = Math.min(shape.height(), shape.width()) < SMALL_PIXELS;
    final Extent window = Extent.square(3);
    final Layer first =
        new Conv(
            shape.imageChannels(), stem, window, Extent.square(small ? 1 : 2), Extent.square(1));
    Value map = sink.block(sink.image(), activated("features.0", first, stem));
    int number = 1;
    for (int i = 0; i < stages.size(); i++) {
      final Stage stage = stages.get(i);
      for (int block = 0; block < stage.blocks(); block++) {
        final boolean halves = block == 0 && !(small && i == WHOLE_STAGE);
        final int stride = halves ? stage.stride() : 1;
        map = inverted("features.%d.conv.".formatted(number), map, stage, stride, sink);
        number++;
      }
    }
    map =
        sink.block(map, activated("features." + number, Pointwise.of(map.channels(), last), last));
    final Block classifier =
        new Block(
            LayerSequence.of(new GlobalAvgPool(), new Linear(last, shape.classes(), true)),
            (layers, layer, tensor) -> "classifier.1." + tensor.role().suffix());
    sink.loss(sink.block(map, classifier), false);
  }

  /** An inverted residual with a linear bottleneck. */
  private static Value inverted(String path, Value src, Stage stage, int stride, LayerSink sink) {
    final int wide = src.channels() * stage.expansion();
    Value map = src;
    int number = 0;
    if (stage.expansion() > 1) {
      map = sink.block(map, activated(path + number, Pointwise.of(src.channels(), wide), wide));
      number++;
    }
    map = sink.block(map, activated(path + number, new Depthwise(wide, 3, stride, 1), wide));
    final int narrowing = number + 1;
    final Block narrow =
        new Block(
            LayerSequence.of(Pointwise.of(wide, stage.channels()), BatchNorm.of(stage.channels())),
            (layers, layer, tensor) -> path + (narrowing + layer) + "." + tensor.role().suffix());
    map = sink.block(map, narrow);
    return stride == 1 && src.channels() == stage.channels() ? sink.add(List.of(src, map)) : map;
  }

  /** [convolution, BN, ReLU6]. */
  private static Block activated(String path, Layer convolution, int channels) {
    final List<Layer> layers = List.of(convolution, BatchNorm.of(channels), new Relu6());
    return new Block(new LayerSequence(layers), Names.sequence(path));
  }
}
