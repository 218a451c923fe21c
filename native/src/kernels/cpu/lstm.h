// An LSTM over the sequences of a group: all of them one step after another, forward and back.
//
// Its inputs are embeddings of tokens, of which there are few: what W_ih makes of each, with the biases, is a table of
// V rows, and only W_hh is multiplied in every step. Backward, the gradients of the gates are added up by token, and
// gradients of W_ih and of the embeddings are made of the V sums. Gates are four parts of whole lines: i, f, g, o.
#pragma once

#include "kernels/cpu/activations.h"
#include "kernels/cpu/matrices.h"

namespace nao::kernels::NAO_ISA {

/// Weights of an LSTM in PyTorch's order, or where their gradients go.
template <class T>
struct LstmWeights {
  T* embedding;  // [V][E]
  T* input;      // [4H][P E]
  T* hidden;     // [4H][H]
  T* inputBias;  // [4H]
  T* hiddenBias;
};

class Lstm {
 public:
  struct Size {
    int vocabulary, tokensPerStep, embedding, hidden, steps, sequences;
  };

  Lstm(const Size& size, bool training, Space& space)
      : s_(size),
        part_(padded(size.hidden)),
        gates(space.rows(rows(training), 4 * part_, kBetween)),
        cells(space.rows(rows(training) + size.sequences, size.hidden)),
        hidden(space.rows(rows(training) + size.sequences, size.hidden)),
        tanhs_(space.rows(training ? rows(true) : 0, size.hidden)),
        hiddenColumns_(space.rows(size.hidden, 4 * part_)),
        table_(space.rows(size.tokensPerStep * size.vocabulary, 4 * part_)),
        embedding_(space.rows(size.vocabulary, size.embedding)),
        hiddenRows_(space.rows(training ? 4 * part_ : 0, size.hidden)),
        tableGradient_(space.rows(training ? size.tokensPerStep * size.vocabulary : 0, 4 * part_)),
        gradient_(space.rows(training ? 4 * part_ : 0, std::max(size.hidden, size.embedding))),
        inputRows_(space.rows(training ? 4 * part_ : 0, size.embedding)),
        embeddingGradient_(space.rows(training ? size.vocabulary : 0, size.embedding)),
        inputColumns_(space.rows(size.embedding, 4 * part_)) {}

  /// Brings the weights into the form that steps use.
  void prepare(const LstmWeights<const float>& w) {
    const int inputs = s_.tokensPerStep * s_.embedding;
    hiddenColumns_.clear();
    for (int gate = 0; gate < 4; ++gate)
      transpose(w.hidden + static_cast<std::int64_t>(gate) * s_.hidden * s_.hidden, s_.hidden, s_.hidden, s_.hidden,
                hiddenColumns_.data + gate * part_, hiddenColumns_.stride);
    spread(w.embedding, s_.vocabulary, s_.embedding, s_.embedding, embedding_);
    for (int token = 0; token < s_.tokensPerStep; ++token) {
      inputColumns_.clear();
      for (int gate = 0; gate < 4; ++gate)
        transpose(w.input + static_cast<std::int64_t>(gate) * s_.hidden * inputs + token * s_.embedding, inputs,
                  s_.hidden, s_.embedding, inputColumns_.data + gate * part_, inputColumns_.stride);
      const Rows table = table_.from(token * s_.vocabulary, s_.vocabulary);
      product<Write::kOver>(embedding_.left(s_.embedding), inputColumns_, table);
      if (token > 0) continue;
      for (int v = 0; v < s_.vocabulary; ++v)
        for (int gate = 0; gate < 4; ++gate)
          for (int j = 0; j < s_.hidden; ++j)
            table.row(v)[gate * part_ + j] += w.inputBias[gate * s_.hidden + j] + w.hiddenBias[gate * s_.hidden + j];
    }
  }

  /// Goes from the states of step - 1 to those of `step`; token(sequence, i): the i-th of the step. Where nothing is
  /// kept for a backward, `step` is 0 and the states are those at 0.
  template <class Token>
  void forward(int step, const Token& token) {
    const bool kept = keeps();
    const int n = s_.sequences, at = kept ? step * n : 0;
    const Rows before = hidden.from(at, n), made = gates.from(at, n);
    for (int gate = 0; gate < 4; ++gate)
      product<Write::kOver>(before.left(s_.hidden), part(hiddenColumns_, gate), part(made, gate));
    for (int i = 0; i < n; ++i) {
      float* g = made.row(i);
      const float* cBefore = cells.row(at + i);
      float* c = cells.row(kept ? at + n + i : i);
      float* h = hidden.row(kept ? at + n + i : i);
      float* tanh = kept ? tanhs_.row(at + i) : nullptr;
      const float* input[kMostTokens];
      for (int p = 0; p < s_.tokensPerStep; ++p) input[p] = table_.row(p * s_.vocabulary + token(i, p));
      for (int j = 0; j < part_; j += kVec) {
        Vec x[4];
#pragma GCC unroll 4
        for (int gate = 0; gate < 4; ++gate) {
          x[gate] = load(g + gate * part_ + j);
          for (int p = 0; p < s_.tokensPerStep; ++p) x[gate] += load(input[p] + gate * part_ + j);
        }
        const Vec in = sigmoid(x[0]), forget = sigmoid(x[1]), candidate = hyperbolicTangent(x[2]), out = sigmoid(x[3]);
        const Vec cell = fma(forget, load(cBefore + j), in * candidate), t = hyperbolicTangent(cell);
        store(c + j, cell);
        store(h + j, out * t);
        if (!kept) continue;
        store(g + j, in);
        store(g + part_ + j, forget);
        store(g + 2 * part_ + j, candidate);
        store(g + 3 * part_ + j, out);
        store(tanh + j, t);
      }
    }
  }

  /// The outputs of a step, one row a sequence, until the next one where nothing is kept.
  Rows outputs(int step) const { return hidden.from(keeps() ? (step + 1) * s_.sequences : 0, s_.sequences); }

  /// From the gradients dh of all outputs, [steps * sequences] rows, to those of the weights, which are overwritten;
  /// leaves those of the first states in dhFirst and dcFirst, one row a sequence.
  template <class Token>
  void backward(const Rows& dh, const Rows& dhFirst, const Rows& dcFirst, const Token& token,
                const LstmWeights<const float>& w, const LstmWeights<float>& dw) {
    const int n = s_.sequences, inputs = s_.tokensPerStep * s_.embedding;
    hiddenRows_.clear();
    for (int gate = 0; gate < 4; ++gate)
      spread(w.hidden + static_cast<std::int64_t>(gate) * s_.hidden * s_.hidden, s_.hidden, s_.hidden, s_.hidden,
             hiddenRows_.from(gate * part_, s_.hidden));
    dhFirst.clear();
    dcFirst.clear();
    tableGradient_.clear();
    for (int step = s_.steps - 1; step >= 0; --step) {
      for (int i = 0; i < n; ++i) backwardGates(step, i, dh, dhFirst, dcFirst, token);
      product<Write::kOver>(gates.from(step * n, n).left(4 * part_), hiddenRows_, dhFirst);
    }
    Rows sum = gradient_;
    sum.lines = hidden.lines;
    sum.clear();
    addOuterProducts(gates, 4 * part_, hidden.from(0, gates.rows), sum);
    for (int gate = 0; gate < 4; ++gate)
      gather(sum.from(gate * part_, s_.hidden), s_.hidden,
             dw.hidden + static_cast<std::int64_t>(gate) * s_.hidden * s_.hidden, s_.hidden);

    sum.lines = embedding_.lines;
    embeddingGradient_.clear();
    for (int p = 0; p < s_.tokensPerStep; ++p) {
      const Rows byToken = tableGradient_.from(p * s_.vocabulary, s_.vocabulary);
      product<Write::kOver>(byToken.transposed(4 * part_), embedding_, sum);
      inputRows_.clear();
      for (int gate = 0; gate < 4; ++gate) {
        const std::int64_t at = static_cast<std::int64_t>(gate) * s_.hidden * inputs + p * s_.embedding;
        gather(sum.from(gate * part_, s_.hidden), s_.embedding, dw.input + at, inputs);
        spread(w.input + at, s_.hidden, s_.embedding, inputs, inputRows_.from(gate * part_, s_.hidden));
      }
      product<Write::kAdd>(byToken.left(4 * part_), inputRows_, embeddingGradient_);
    }
    gather(embeddingGradient_, s_.embedding, dw.embedding, s_.embedding);
    for (int gate = 0; gate < 4; ++gate)
      for (int j = 0; j < s_.hidden; ++j) {
        float bias = 0;
        for (int v = 0; v < s_.vocabulary; ++v) bias += tableGradient_.row(v)[gate * part_ + j];
        dw.inputBias[gate * s_.hidden + j] = dw.hiddenBias[gate * s_.hidden + j] = bias;
      }
  }

  /// dst[r][c] = src[r * stride + c], with zeros beyond the columns.
  static void spread(const float* src, int rows, int columns, std::int64_t stride, const Rows& dst) {
    for (int r = 0; r < rows; ++r) {
      std::copy_n(src + r * stride, columns, dst.row(r));
      std::fill(dst.row(r) + columns, dst.row(r) + dst.lines * kLanes, 0.0f);
    }
  }
  /// The way back, without what lies beyond the columns.
  static void gather(const Rows& src, int columns, float* dst, std::int64_t stride) {
    for (int r = 0; r < src.rows; ++r) std::copy_n(src.row(r), columns, dst + r * stride);
  }

  static constexpr int kMostTokens = 16;  // of a step

 private:
  static constexpr int kBetween = kLanes;  // rows of gates would all begin in the same few sets of a cache

  const Size s_;
  const int part_;  // floats of a gate

 public:
  Rows gates;  // [steps][sequences], after the backward their gradients
  /// [steps + 1][sequences], the first ones before the first step: the caller's.
  Rows cells, hidden;

 private:
  bool keeps() const { return tanhs_.rows > 0; }
  std::int64_t rows(bool training) const { return static_cast<std::int64_t>(training ? s_.steps : 1) * s_.sequences; }
  /// One gate's columns.
  Rows part(const Rows& all, int gate) const { return {all.data + gate * part_, all.rows, part_ / kLanes, all.stride}; }

  template <class Token>
  void backwardGates(int step, int i, const Rows& dh, const Rows& dhNext, const Rows& dcNext, const Token& token) {
    const std::int64_t at = static_cast<std::int64_t>(step) * s_.sequences + i;
    float* g = gates.row(at);
    const float *cBefore = cells.row(at), *tanh = tanhs_.row(at), *dhHere = dh.row(at), *dhLater = dhNext.row(i);
    float* dc = dcNext.row(i);
    float* sums[kMostTokens];
    for (int p = 0; p < s_.tokensPerStep; ++p) sums[p] = tableGradient_.row(p * s_.vocabulary + token(step, i, p));
    const Vec one = broadcast(1.0f);
    for (int j = 0; j < part_; j += kVec) {
      const Vec in = load(g + j), forget = load(g + part_ + j), candidate = load(g + 2 * part_ + j),
                out = load(g + 3 * part_ + j), t = load(tanh + j), d = load(dhHere + j) + load(dhLater + j);
      const Vec dCell = fma(d * out, one - t * t, load(dc + j));
      store(dc + j, dCell * forget);
      const Vec made[4] = {dCell * candidate * in * (one - in), dCell * load(cBefore + j) * forget * (one - forget),
                           dCell * in * (one - candidate * candidate), d * t * out * (one - out)};
#pragma GCC unroll 4
      for (int gate = 0; gate < 4; ++gate) {
        store(g + gate * part_ + j, made[gate]);
        for (int p = 0; p < s_.tokensPerStep; ++p) {
          float* sum = sums[p] + gate * part_ + j;
          store(sum, load(sum) + made[gate]);
        }
      }
    }
  }

  Rows tanhs_, hiddenColumns_, table_, embedding_, hiddenRows_, tableGradient_, gradient_, inputRows_,
      embeddingGradient_, inputColumns_;
};

}  // namespace nao::kernels::NAO_ISA
