package org.nao.network;

import java.util.ArrayList;
import java.util.List;
import org.nao.network.AuxiliaryPooling.Window;
import org.nao.network.Layer.AvgPool;
import org.nao.network.Layer.BatchNorm;
import org.nao.network.Layer.Conv;
import org.nao.network.Layer.Dropout;
import org.nao.network.Layer.GlobalAvgPool;
import org.nao.network.Layer.Linear;
import org.nao.network.Layer.Pointwise;
import org.nao.network.Layer.Relu;

/** The blocks that networks of all families have: stem and classifiers. */
public final class CommonBlocks {

  /** max(x, 0). */
  static final Block RELU = new Block(LayerSequence.of(new Relu()), Names.sequence(""));

  private static final int AUXILIARY_CHANNELS = 128;
  private static final int AUXILIARY_FEATURES = 768;

  private CommonBlocks() {}

  /** What makes the first state of the first cell of the image. */
  public static Block stem(NetworkShape shape) {
    if (shape.stem() == Stem.IMAGENET) {
      final int half = shape.channels() / 2;
      return new Block(
          LayerSequence.of(
              halving(shape.imageChannels(), half),
              new BatchNorm(half, true, true),
              new Relu(),
              halving(half, shape.channels()),
              new BatchNorm(shape.channels(), true, true)),
          Names.sequence("stem0"));
    }
    final int channels = shape.stemChannels();
    return new Block(
        LayerSequence.of(
            Conv.square(shape.imageChannels(), channels, 3, 1),
            new BatchNorm(channels, true, true)),
        Names.sequence("stem"));
  }

  /** What makes the second state of the first one: with the stem for CIFAR-10 they are the same. */
  public static Block secondStem(NetworkShape shape) {
    if (shape.stem() == Stem.CIFAR) {
      return Block.NOTHING;
    }
    return new Block(
        LayerSequence.of(
            new Relu(),
            halving(shape.channels(), shape.channels()),
            new BatchNorm(shape.channels(), true, true)),
        Names.sequence("stem1"));
  }

  private static Conv halving(int in, int out) {
    return new Conv(in, out, Extent.square(3), Extent.square(2), Extent.square(1));
  }

  /** The classifier: global average pool, dropout, linear layer. */
  public static Block classifier(NetworkShape shape, int features, int dropoutSite) {
    return new Block(
        LayerSequence.of(
            new GlobalAvgPool(),
            new Dropout(dropoutSite),
            new Linear(features, shape.classes(), true)),
        CommonBlocks::ofClassifier);
  }

  /** The classifier of ENAS' networks: ReLU, global average pool, dropout, linear without bias. */
  static Block enasClassifier(NetworkShape shape, int features, int dropoutSite) {
    return new Block(
        LayerSequence.of(
            new Relu(),
            new GlobalAvgPool(),
            new Dropout(dropoutSite),
            new Linear(features, shape.classes(), false)),
        CommonBlocks::ofClassifier);
  }

  private static String ofClassifier(List<Layer> layers, int layer, LayerTensor tensor) {
    return "classifier." + tensor.role().suffix();
  }

  /**
   * The auxiliary head over a map: [ReLU, average pools to 2x2, 1x1, BN, ReLU, 2x2, BN, ReLU, mean,
   * linear].
   */
  public static Block auxiliaryHead(NetworkShape shape, Value src, Names names) {
    final List<Layer> layers = new ArrayList<>();
    layers.add(new Relu());
    for (final Window window :
        AuxiliaryPooling.of(src.height(), src.width(), shape.stem()).windows()) {
      layers.add(new AvgPool(window.kernel(), window.stride(), 0));
    }
    layers.add(Pointwise.of(src.channels(), AUXILIARY_CHANNELS));
    layers.add(BatchNorm.of(AUXILIARY_CHANNELS));
    layers.add(new Relu());
    layers.add(Conv.square(AUXILIARY_CHANNELS, AUXILIARY_FEATURES, AuxiliaryPooling.SIDE, 0));
    layers.add(BatchNorm.of(AUXILIARY_FEATURES));
    layers.add(new Relu());
    layers.add(new GlobalAvgPool());
    layers.add(new Linear(AUXILIARY_FEATURES, shape.classes(), true));
    return new Block(new LayerSequence(layers), names);
  }
}
