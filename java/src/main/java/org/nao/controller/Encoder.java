package org.nao.controller;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * Encoder and performance predictor over the weights of one replica.
 *
 * <p>The embeddings of a step's tokens are joined and go through an LSTM that starts from zeros:
 *
 * <pre>
 *   outputs_s = LSTM(...)_s / |LSTM(...)_s|
 *   embedding = mean_s(outputs_s) / |mean_s(outputs_s)|
 *   prediction = sigmoid(w . embedding + b)
 * </pre>
 */
final class Encoder {

  private final SequenceLayout layout;
  private final ControllerConfig config;
  private final Tensor tokenEmbedding;
  private final Lstm lstm;
  private final Tensor regressorWeight;
  private final Tensor regressorBias;

  Encoder(SequenceLayout layout, ControllerConfig config, Parameters.Replica weights) {
    this.layout = layout;
    this.config = config;
    tokenEmbedding = weights.get(ControllerWeights.ENCODER + "embedding.weight");
    lstm = new Lstm(weights, ControllerWeights.ENCODER + "rnn.");
    regressorWeight = weights.get(ControllerWeights.ENCODER + "regressor.weight");
    regressorBias = weights.get(ControllerWeights.ENCODER + "regressor.bias");
  }

  /** Unit-length outputs [B,S,H] for tokens int64 [B,T]. */
  Tensor outputs(Tensor tokens) {
    final long sequences = tokens.size(0);
    final Tensor inputs =
        torch
            .embedding(tokenEmbedding, tokens)
            .view(
                sequences, layout.steps(), (long) config.embeddingSize() * layout.tokensPerStep());
    return Tensors.unitLength(lstm.run(inputs, torch.zeros(sequences, config.hiddenSize())));
  }

  /** The unit-length architecture embedding [B,H] of outputs [B,S,H]. */
  Tensor embedding(Tensor outputs) {
    return Tensors.unitLength(outputs.mean(1));
  }

  /** The predictions [B], from 0 to 1, for architecture embeddings [B,H]. */
  Tensor predictions(Tensor embedding) {
    return torch
        .linear(embedding, regressorWeight, new TensorOptional(regressorBias))
        .squeeze(1)
        .sigmoid();
  }
}
