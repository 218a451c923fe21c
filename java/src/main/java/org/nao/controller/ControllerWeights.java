package org.nao.controller;

/** Names, shapes and initial values of the weights of NAO's controller, in the engine's order. */
final class ControllerWeights {

  static final String ENCODER = "encoder.";
  static final String DECODER = "decoder.";

  private ControllerWeights() {}

  /**
   * Its weights. Initially token embeddings are N(0, 1), LSTM weights and biases U(+-1/sqrt(H)),
   * linear weights and biases U(+-1/sqrt(inputs)).
   */
  static WeightShapes shapes(SequenceLayout layout, ControllerConfig config) {
    return shapes(layout, config.embeddingSize(), config.hiddenSize());
  }

  static WeightShapes shapes(SequenceLayout layout, int embedding, int hidden) {
    final int vocabulary = layout.vocabulary();
    final WeightShapes.Initial normal = (random, index) -> random.nextGaussian();
    final WeightShapes.Initial uniform = WeightShapes.uniform(1 / Math.sqrt(hidden));
    final WeightShapes table = new WeightShapes();
    table.add(ENCODER + "embedding.weight", normal, vocabulary, embedding);
    table.addLstm(ENCODER + "rnn.", uniform, embedding * layout.tokensPerStep(), hidden, true);
    table.addLinear(ENCODER + "regressor.", hidden, 1, true);
    table.add(DECODER + "embedding.weight", normal, vocabulary, hidden);
    table.addLstm(DECODER + "rnn.", uniform, hidden, hidden, true);
    table.addLinear(DECODER + "attention.input_proj.", hidden, hidden, false);
    table.addLinear(DECODER + "attention.output_proj.", 2 * hidden, hidden, false);
    table.addLinear(DECODER + "out.", hidden, vocabulary, true);
    return table;
  }
}
