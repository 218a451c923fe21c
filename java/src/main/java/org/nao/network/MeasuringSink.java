package org.nao.network;

import java.util.List;

/**
 * Walks through a network for its shapes alone: what blocks are is counted, what is between them
 * costs nothing.
 */
abstract class MeasuringSink implements LayerSink {
  private final Value image;

  /** For a network for the images of that shape. */
  MeasuringSink(NetworkShape shape) {
    this.image = shape.image();
  }

  @Override
  public final Value image() {
    return image;
  }

  @Override
  public final Value dropPath(Value src, int site, float layerFraction) {
    return src;
  }

  @Override
  public final Value add(List<Value> sources) {
    return sources.get(0);
  }

  @Override
  public final Value concat(List<Value> sources) {
    return Value.concat(sources);
  }

  /** The logits, which all cells of a kind share, are left to the caller. */
  @Override
  public final Value weightedSum(ParameterSpec logits, List<Value> sources, int[] elements) {
    return sources.get(0);
  }

  @Override
  public final void loss(Value logits, boolean auxiliary) {
    // A loss has no weights and takes no part in what a network says of an image.
  }
}
