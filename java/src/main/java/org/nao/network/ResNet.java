package org.nao.network;

import java.util.ArrayList;
import java.util.List;
import org.nao.network.Layer.AvgPool;
import org.nao.network.Layer.BatchNorm;
import org.nao.network.Layer.Conv;
import org.nao.network.Layer.GlobalAvgPool;
import org.nao.network.Layer.Linear;
import org.nao.network.Layer.MaxPool;
import org.nao.network.Layer.Pointwise;
import org.nao.network.Layer.Relu;
import org.nao.network.Layer.Zero;

/**
 * Residual networks (He et al. 2016). Each block adds what its convolutions make of a map to the
 * map itself; the first one of every stage but the first halves the map and doubles its channels.
 * In bottleneck blocks the 3x3 convolution halves, not the 1x1 one before it, as in torchvision.
 *
 * @param blocks of each stage
 * @param channels of the first stage's 3x3 convolutions, and of the stem
 * @param bottleneck whether a block is [1x1, 3x3, 1x1 to four times the channels], or two 3x3
 * @param small whether it is of the form for CIFAR's images: a stem of a 3x3 convolution with
 *     stride 1, and where a map is halved, every second pixel and channels of zeros; otherwise a
 *     7x7 convolution with stride 2, a 3x3 maximum pool with stride 2, and 1x1 convolutions
 */
record ResNet(List<Integer> blocks, int channels, boolean bottleneck, boolean small)
    implements NamedNetwork.Layers {
  private static final int EXPANSION = 4;

  ResNet {
    blocks = List.copyOf(blocks);
  }

  /** That of two halvings between stages, or of three and the two of stem and pool. */
  @Override
  public int leastPixels() {
    return small ? 4 : 32;
  }

  @Override
  public void walk(NetworkShape shape, LayerSink sink) {
    Value map = stem(shape, sink);
    for (int stage = 0; stage < blocks.size(); stage++) {
      final int width = channels << stage;
      for (int i = 0; i < blocks.get(stage); i++) {
        final int stride = stage > 0 && i == 0 ? 2 : 1;
        map = block("layer%d.%d.".formatted(stage + 1, i), map, width, stride, sink);
      }
    }
    final Block classifier =
        new Block(
            LayerSequence.of(
                new GlobalAvgPool(), new Linear(map.channels(), shape.classes(), true)),
            (layers, layer, tensor) -> "fc." + tensor.role().suffix());
    sink.loss(sink.block(map, classifier), false);
  }

  private Value stem(NetworkShape shape, LayerSink sink) {
    if (small) {
      return relu(conv("", "1", sink.image(), channels, 3, 1, sink), sink);
    }
    final Value map = relu(conv("", "1", sink.image(), channels, 7, 2, sink), sink);
    return sink.block(map, unnamed(new MaxPool(3, 2, 1)));
  }

  private Value block(String path, Value src, int width, int stride, LayerSink sink) {
    final int out = bottleneck ? EXPANSION * width : width;
    Value map = src;
    if (bottleneck) {
      map = relu(conv(path, "1", map, width, 1, 1, sink), sink);
      map = relu(conv(path, "2", map, width, 3, stride, sink), sink);
      map = conv(path, "3", map, out, 1, 1, sink);
    } else {
      map = relu(conv(path, "1", map, width, 3, stride, sink), sink);
      map = conv(path, "2", map, out, 3, 1, sink);
    }
    return relu(sink.add(List.of(map, shortcut(path, src, out, stride, sink))), sink);
  }

  private Value shortcut(String path, Value src, int out, int stride, LayerSink sink) {
    if (src.channels() == out) {
      return src;
    }
    if (small) {
      final Value pixels = sink.block(src, unnamed(new AvgPool(1, stride, 0)));
      return sink.concat(List.of(pixels, sink.block(src, unnamed(new Zero(stride)))));
    }
    final List<Layer> layers = new ArrayList<>();
    layers.add(convolution(src.channels(), out, 1, stride));
    layers.add(BatchNorm.of(out));
    return sink.block(
        src, new Block(new LayerSequence(layers), Names.sequence(path + "downsample")));
  }

  /** [convolution, BN] under torchvision's names, such as {@code layer1.0.conv2.weight}. */
  private static Value conv(
      String path, String number, Value src, int out, int kernel, int stride, LayerSink sink) {
    final Block block =
        new Block(
            LayerSequence.of(convolution(src.channels(), out, kernel, stride), BatchNorm.of(out)),
            (layers, layer, tensor) ->
                path + (layer == 0 ? "conv" : "bn") + number + "." + tensor.role().suffix());
    return sink.block(src, block);
  }

  private static Layer convolution(int in, int out, int kernel, int stride) {
    return kernel == 1 && stride == 1
        ? Pointwise.of(in, out)
        : new Conv(
            in, out, Extent.square(kernel), Extent.square(stride), Extent.square(kernel / 2));
  }

  private static Value relu(Value src, LayerSink sink) {
    return sink.block(src, unnamed(new Relu()));
  }

  private static Block unnamed(Layer layer) {
    return new Block(LayerSequence.of(layer), Names.sequence(""));
  }
}
