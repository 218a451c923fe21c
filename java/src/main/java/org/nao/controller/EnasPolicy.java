package org.nao.controller;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * ENAS' policy for cells (Pham et al. 2018, section 2.4) over the weights of one replica: an LSTM
 * without biases that makes one choice a step. With its output h, the key k_s of each state s and
 * the constants c of inputs and d of operations,
 *
 * <pre>
 *   logit_s = c tanh(v . tanh(k_s + W_query h))         which state a node reads
 *   logit_o = d tanh(w_o . h + b_o) + favour_o          which operation it applies
 * </pre>
 *
 * <p>A cell begins with two steps on the start embedding, whose outputs make the keys k = W_anchor
 * h of states 0 and 1; their anchors are 0. A node has a step for each input, one for each
 * operation and one whose output is its state's anchor and makes its key. After an input's step the
 * LSTM reads that state's anchor, after an operation's step the operation's embedding, after a node
 * the start embedding. The reduction cell goes on from the normal cell's last state. Only the
 * normal cell has favour_o: +-{@value #FAVOUR}.
 */
final class EnasPolicy {

  private static final double INITIAL = 0.1;
  private static final double FAVOURED_BIAS = 10;
  private static final double FAVOUR = 0.25;
  private static final int OPERANDS = 2;
  private static final int TOKENS_PER_OPERAND = 2;
  private static final int INPUT_STATES = 2;

  private final SequenceLayout layout;
  private final EnasConfig config;
  private final boolean[] favoured;
  private final Lstm lstm;
  private final Tensor start;
  private final Tensor embedding;
  private final Tensor operationWeight;
  private final Tensor operationBias;
  private final Tensor anchorWeight;
  private final Tensor queryWeight;
  private final Tensor score;

  /** Decides each token of a sequence. */
  interface Chooser {

    /**
     * The choices int64 [B] at a position of the layout's sequences.
     *
     * @param logits [B,n] of its n legal tokens
     */
    Tensor choose(int position, Tensor logits);
  }

  /** {@code favoured}: whether an operation is likely at first. */
  EnasPolicy(
      SequenceLayout layout, EnasConfig config, boolean[] favoured, Parameters.Replica weights) {
    this.layout = layout;
    this.config = config;
    this.favoured = favoured.clone();
    lstm = new Lstm(weights, "lstm.");
    start = weights.get("start.weight");
    embedding = weights.get("embedding.weight");
    operationWeight = weights.get("operation.weight");
    operationBias = weights.get("operation.bias");
    anchorWeight = weights.get("attention.anchor.weight");
    queryWeight = weights.get("attention.query.weight");
    score = weights.get("attention.score.weight");
  }

  /** Its weights, U(+-0.1) but for the biases of operations: 10 of a favoured one, 0. */
  static WeightShapes shapes(EnasConfig config, boolean[] favoured) {
    final int hidden = config.hiddenSize();
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

  /** Goes through {@code batch} sequences at once. */
  void walk(int batch, Chooser chooser) {
    final Walk walk = new Walk(batch, chooser);
    int position = 0;
    for (int cell = 0; cell < layout.swapGroups().size(); cell++) {
      position = walk.cell(position, layout.swapGroups().get(cell).size(), cell == 0);
    }
  }

  /** The LSTM on its way through B sequences; tensors are [B,H]. */
  private final class Walk {

    private final Chooser chooser;
    private final Tensor zero;
    private final Tensor startInput;
    private Tensor h;
    private Tensor c;

    Walk(int batch, Chooser chooser) {
      this.chooser = chooser;
      zero = torch.zeros(batch, config.hiddenSize());
      startInput = start.expand(batch, config.hiddenSize());
      h = zero;
      c = zero;
    }

    /** Returns the position behind the cell. */
    int cell(int first, int nodes, boolean normal) {
      final List<Tensor> anchors = new ArrayList<>();
      final List<Tensor> keys = new ArrayList<>();
      for (int state = 0; state < INPUT_STATES; state++) {
        step(startInput);
        anchors.add(zero);
        keys.add(torch.linear(h, anchorWeight));
      }
      int position = first;
      for (int node = 0; node < nodes; node++) {
        Tensor input = startInput;
        for (int side = 0; side < OPERANDS; side++) {
          step(input);
          input = chosenAnchor(position + TOKENS_PER_OPERAND * side, anchors, keys);
        }
        for (int side = 0; side < OPERANDS; side++) {
          step(input);
          input = chosenOperation(position + TOKENS_PER_OPERAND * side + 1, normal);
        }
        step(input);
        anchors.add(h);
        keys.add(torch.linear(h, anchorWeight));
        position += OPERANDS * TOKENS_PER_OPERAND;
      }
      return position;
    }

    private void step(Tensor input) {
      final T_TensorTensor_T next = lstm.step(input, h, c);
      h = next.get0();
      c = next.get1();
    }

    private Tensor chosenAnchor(int position, List<Tensor> anchors, List<Tensor> keys) {
      final Tensor query = torch.linear(h, queryWeight).unsqueeze(1);
      final Tensor scores = torch.linear(stacked(keys).add(query).tanh(), score).squeeze(2);
      final Tensor choice =
          chooser.choose(position, scores.tanh().mul(new Scalar(config.tanhConstant())));
      final Tensor index =
          choice.view(-1, 1, 1).expand(zero.size(0), 1, zero.size(1)); // one row of each sequence
      return stacked(anchors).gather(1, index).squeeze(1);
    }

    private Tensor chosenOperation(int position, boolean normal) {
      final Tensor raw = torch.linear(h, operationWeight, new TensorOptional(operationBias));
      final double constant = config.tanhConstant() / config.operationTanhReduce();
      Tensor logits = raw.tanh().mul(new Scalar(constant));
      if (normal) {
        logits = logits.add(favours());
      }
      return torch.embedding(embedding, chooser.choose(position, logits));
    }

    /** The outputs of all steps, [B,S,H]. */
    private Tensor stacked(List<Tensor> states) {
      return torch.stack(new TensorVector(states.toArray(Tensor[]::new)), 1);
    }
  }

  private Tensor favours() {
    final float[] values = new float[favoured.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (favoured[i] ? FAVOUR : -FAVOUR);
    }
    return Tensors.ofFloats(values);
  }
}
