package org.nao.controller;

/** What ENAS' policy starts from: its weights in the engine's order, and what it favours. */
final class EnasWeights {

  private static final double INITIAL = 0.1;
  private static final double FAVOURED_BIAS = 10;
  private static final float FAVOUR = 0.25f;

  private EnasWeights() {}

  /**
   * Its weights, U(+-0.1) but for the biases of operations: 10 of a favoured one, 0.
   *
   * @param favoured whether an operation is likely at first
   */
  static WeightShapes shapes(int hidden, boolean[] favoured) {
    final WeightShapes.Initial uniform = WeightShapes.uniform(INITIAL);
    final WeightShapes table = new WeightShapes();
    table.addLstm("lstm.", uniform, hidden, hidden, false);
    table.add("start.weight", uniform, 1, hidden);
    table.add("embedding.weight", uniform, favoured.length, hidden);
    table.add("operation.weight", uniform, favoured.length, hidden);
    table.add(
        "operation.bias",
        (random, operation) -> favoured[operation] ? FAVOURED_BIAS : 0,
        favoured.length);
    table.add("attention.anchor.weight", uniform, hidden, hidden);
    table.add("attention.query.weight", uniform, hidden, hidden);
    table.add("attention.score.weight", uniform, 1, hidden);
    return table;
  }

  /** Added to the logits of operations in the normal cell: +-{@value #FAVOUR}. */
  static float[] favours(boolean[] favoured) {
    final float[] favours = new float[favoured.length];
    for (int i = 0; i < favours.length; i++) {
      favours[i] = favoured[i] ? FAVOUR : -FAVOUR;
    }
    return favours;
  }
}
