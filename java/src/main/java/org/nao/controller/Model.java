package org.nao.controller;

/** Encoder, predictor and decoder over one replica of the weights: what one thread trains with. */
final class Model implements AutoCloseable {

  static final String ENCODER = "encoder.";
  static final String DECODER = "decoder.";

  private final Parameters.Replica weights;
  private final Encoder encoder;
  private final Decoder decoder;

  Model(SequenceLayout layout, ControllerConfig config, Parameters parameters) {
    weights = new Parameters.Replica(parameters);
    encoder = new Encoder(layout, config, weights);
    decoder = new Decoder(layout, weights);
  }

  /**
   * Its weights. Initially token embeddings are N(0, 1), LSTM weights and biases U(+-1/sqrt(H)),
   * linear weights and biases U(+-1/sqrt(inputs)).
   */
  static WeightShapes shapes(SequenceLayout layout, ControllerConfig config) {
    final int vocabulary = layout.vocabulary();
    final int embedding = config.embeddingSize();
    final int hidden = config.hiddenSize();
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

  Parameters.Replica weights() {
    return weights;
  }

  Encoder encoder() {
    return encoder;
  }

  Decoder decoder() {
    return decoder;
  }

  @Override
  public void close() {
    weights.close();
  }
}
