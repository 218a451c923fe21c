package org.nao.controller;

/** Encoder, predictor and decoder over one replica of the weights: what one thread trains with. */
final class Model implements AutoCloseable {

  private final Parameters.Replica weights;
  private final Encoder encoder;
  private final Decoder decoder;

  Model(SequenceLayout layout, ControllerConfig config, Parameters parameters) {
    weights = new Parameters.Replica(parameters);
    encoder = new Encoder(layout, config, weights);
    decoder = new Decoder(layout, weights);
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
