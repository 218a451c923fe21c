package org.nao.controller;

import org.bytedeco.pytorch.T_TensorTensorTensor_T;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** A one-layer LSTM over the weights of one replica; its states h and c are [B,H]. */
final class Lstm {

  private final Tensor inputWeight;
  private final Tensor hiddenWeight;
  private final Tensor inputBias;
  private final Tensor hiddenBias;

  Lstm(Parameters.Replica weights, String prefix) {
    inputWeight = weights.get(prefix + "weight_ih_l0");
    hiddenWeight = weights.get(prefix + "weight_hh_l0");
    inputBias = weights.get(prefix + "bias_ih_l0");
    hiddenBias = weights.get(prefix + "bias_hh_l0");
  }

  /**
   * The outputs [B,steps,H] for all inputs [B,steps,inputs], both states starting from {@code
   * start}.
   */
  Tensor run(Tensor inputs, Tensor start) {
    final Tensor layer = start.unsqueeze(0);
    final T_TensorTensorTensor_T result =
        torch.lstm(
            inputs,
            new TensorVector(layer, layer),
            new TensorVector(inputWeight, hiddenWeight, inputBias, hiddenBias),
            true,
            1,
            0.0,
            true,
            false,
            true);
    return result.get0();
  }

  /** The next states (h, c) for one input [B,inputs]. */
  T_TensorTensor_T step(Tensor input, Tensor h, Tensor c) {
    return torch.lstm_cell(
        input,
        new TensorVector(h, c),
        inputWeight,
        hiddenWeight,
        new TensorOptional(inputBias),
        new TensorOptional(hiddenBias));
  }
}
