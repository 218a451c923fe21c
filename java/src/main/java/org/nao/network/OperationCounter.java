package org.nao.network;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Counts the operations of a network by their sizes. Sums, the stem and the classifier, which all
 * networks of a shape have, are left out.
 */
public final class OperationCounter extends MeasuringSink {
  private final Map<SizedOperation, Integer> counts = new LinkedHashMap<>();

  /** A counter of a network for the images of that shape. */
  public OperationCounter(NetworkShape shape) {
    super(shape);
  }

  /** How often each occurs, in the order of their first occurrence. */
  public Map<SizedOperation, Integer> counts() {
    return counts;
  }

  @Override
  public Value block(Value src, Block block) {
    final List<Layer> layers = block.sequence().layers();
    final boolean classifies = layers.stream().anyMatch(layer -> layer instanceof Layer.Linear);
    if (!layers.isEmpty() && !classifies && !src.equals(image())) {
      counts.merge(
          new SizedOperation(layers, src.channels(), src.height(), src.width()), 1, Integer::sum);
    }
    return block.sequence().measure(src).dst();
  }
}
