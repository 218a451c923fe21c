package org.nao.network;

/** Adds up what the blocks of a network cost. A sum or a comparison is no multiply-add. */
public final class SizeCounter extends MeasuringSink {

  private long parameters;
  private long macs;

  /** A counter of a network for the images of that shape. */
  public SizeCounter(NetworkShape shape) {
    super(shape);
  }

  /** What was added up so far. */
  public ModelSize size() {
    return new ModelSize(parameters, macs);
  }

  @Override
  public Value block(Value src, Block block) {
    final LayerSequence.Measure measure = block.sequence().measure(src);
    parameters += measure.size().parameters();
    macs += measure.size().macs();
    return measure.dst();
  }
}
