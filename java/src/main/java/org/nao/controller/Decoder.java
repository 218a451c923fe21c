package org.nao.controller;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * Attention decoder over the weights of one replica. Both states of its LSTM start from the
 * architecture embedding; the token before predicts the next. With the LSTM's output q_t and the
 * encoder outputs e_s:
 *
 * <pre>
 *   weight_ts = softmax_s((Q q_t) . e_s)
 *   context_t = sum_s weight_ts e_s
 *   logits_t = O tanh(A_context context_t + A_query q_t) + b
 * </pre>
 *
 * <p>The attention does not feed back into the LSTM, so with known tokens all positions are
 * computed at once.
 */
final class Decoder {

  private final SequenceLayout layout;
  private final Tensor tokenEmbedding;
  private final Lstm lstm;
  private final Tensor query;
  private final Tensor combine;
  private final Tensor outWeight;
  private final Tensor outBias;

  Decoder(SequenceLayout layout, Parameters.Replica weights) {
    this.layout = layout;
    tokenEmbedding = weights.get(ControllerWeights.DECODER + "embedding.weight");
    lstm = new Lstm(weights, ControllerWeights.DECODER + "rnn.");
    query = weights.get(ControllerWeights.DECODER + "attention.input_proj.weight");
    combine = weights.get(ControllerWeights.DECODER + "attention.output_proj.weight");
    outWeight = weights.get(ControllerWeights.DECODER + "out.weight");
    outBias = weights.get(ControllerWeights.DECODER + "out.bias");
  }

  /**
   * The logits [B,T,V] of every token given all tokens before it.
   *
   * @param previous int64 [B,T], the sequences moved by one position behind the start token
   * @param encoded encoder outputs [B,S,H]
   * @param embedding architecture embeddings [B,H]
   */
  Tensor logits(Tensor previous, Tensor encoded, Tensor embedding) {
    final Tensor queries = lstm.run(torch.embedding(tokenEmbedding, previous), embedding);
    return attend(queries, memory(encoded));
  }

  /**
   * The most likely legal token, one position after another.
   *
   * @return B sequences of T tokens
   */
  List<int[]> decode(Tensor encoded, Tensor embedding) {
    final int sequences = Math.toIntExact(embedding.size(0));
    final int[][] decoded = new int[sequences][layout.length()];
    Tensor token = torch.zeros_like(embedding.select(1, 0)).to(torch.ScalarType.Long);
    final Memory memory = memory(encoded);
    Tensor h = embedding;
    Tensor c = embedding;
    for (int position = 0; position < layout.length(); position++) {
      final TokenRange range = layout.legal().get(position);
      final T_TensorTensor_T next = lstm.step(torch.embedding(tokenEmbedding, token), h, c);
      h = next.get0();
      c = next.get1();
      final Tensor legal =
          attend(h.unsqueeze(1), memory).squeeze(1).narrow(1, range.first(), range.size());
      final Tensor best = legal.argmax(new LongOptional(1), false);
      final long[] choices = Tensors.toLongs(best);
      for (int i = 0; i < sequences; i++) {
        decoded[i][position] = range.first() + (int) choices[i];
      }
      token = best.add(new Scalar(range.first()));
    }
    return new ArrayList<>(List.of(decoded));
  }

  private Memory memory(Tensor encoded) {
    final Tensor contextWeight = combine.narrow(1, 0, combine.size(0));
    return new Memory(encoded.matmul(query).transpose(1, 2), torch.linear(encoded, contextWeight));
  }

  /** The logits [B,n,V] for LSTM outputs [B,n,H]. */
  private Tensor attend(Tensor queries, Memory memory) {
    final long hidden = combine.size(0);
    final Tensor context = queries.bmm(memory.keys()).softmax(2).bmm(memory.values());
    final Tensor own = torch.linear(queries, combine.narrow(1, hidden, hidden));
    return torch.linear(context.add(own).tanh(), outWeight, new TensorOptional(outBias));
  }

  /**
   * The encoder outputs with both projections of the attention applied. There are fewer encoder
   * steps than tokens, so projecting here is cheaper than projecting queries and contexts.
   *
   * @param keys Q^T e_s, [B,H,S]
   * @param values A_context e_s, [B,S,H]
   */
  private record Memory(Tensor keys, Tensor values) {}
}
