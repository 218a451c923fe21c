package org.nao.network;

import java.util.List;

/** Adds up what the blocks of a network cost. A sum or a comparison is no multiply-add. */
public final class SizeCounter implements LayerSink {

  private final Value image;
  private long parameters;
  private long macs;

  /** A counter of a network for the images of that shape. */
  public SizeCounter(NetworkShape shape) {
    this.image = shape.image();
  }

  /** What was added up so far. */
  public ModelSize size() {
    return new ModelSize(parameters, macs);
  }

  @Override
  public Value image() {
    return image;
  }

  @Override
  public Value block(Value src, Block block) {
    final LayerSequence.Measure measure = block.sequence().measure(src);
    parameters += measure.size().parameters();
    macs += measure.size().macs();
    return measure.dst();
  }

  @Override
  public Value dropPath(Value src, int site, float layerFraction) {
    return src;
  }

  @Override
  public Value add(List<Value> sources) {
    return sources.get(0);
  }

  @Override
  public Value concat(List<Value> sources) {
    return Value.concat(sources);
  }

  /** The logits, which all cells of a kind share, are left to the caller. */
  @Override
  public Value weightedSum(ParameterSpec logits, List<Value> sources, int[] elements) {
    return sources.get(0);
  }

  @Override
  public void loss(Value logits, boolean auxiliary) {
    // A loss has no weights.
  }
}
