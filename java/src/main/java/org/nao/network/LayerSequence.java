package org.nao.network;

import java.util.List;
import org.nao.network.LayerTensor.Role;

/** Layers one after another, and what they cost; none leave a value as it is. */
public final class LayerSequence {

  /** No layers: the value itself. */
  static final LayerSequence EMPTY = new LayerSequence(List.of());

  /**
   * What it makes of a value.
   *
   * @param dst still with the number of {@code src}
   * @param size trainable values, and multiply-adds for one image
   */
  record Measure(Value src, Value dst, ModelSize size) {}

  private final List<Layer> layers;

  /** What the last call measured: in a network a sequence meets maps of one size. */
  private volatile Measure latest;

  LayerSequence(List<Layer> layers) {
    this.layers = List.copyOf(layers);
  }

  /** Of those layers in order. */
  public static LayerSequence of(Layer... layers) {
    return new LayerSequence(List.of(layers));
  }

  /** The layers in order. */
  public List<Layer> layers() {
    return layers;
  }

  /** Its result and cost on a value. */
  Measure measure(Value src) {
    Measure known = latest;
    if (known == null || !known.src().equals(src)) {
      known = measured(src);
      latest = known;
    }
    return known;
  }

  private Measure measured(Value src) {
    long parameters = 0;
    long macs = 0;
    Value dst = src;
    for (final Layer layer : layers) {
      dst = layer.output(dst);
      for (final LayerTensor tensor : layer.tensors()) {
        final long elements = tensor.elements();
        parameters += tensor.role().trainable() ? elements : 0;
        macs += tensor.role() == Role.WEIGHT ? elements * dst.height() * dst.width() : 0;
      }
    }
    return new Measure(src, dst, new ModelSize(parameters, macs));
  }
}
