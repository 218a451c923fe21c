// The decoder's attention and output layer over the sequences of a group. Rows of encoder outputs and of decoder states
// are [step][sequence]. Q and the half of C that weighs contexts are applied to the encoder outputs, of which there are
// fewer than positions:
//
//     a_ts = softmax over s of q_t . keys_s       keys_s = transposed Q e_s
//     logits_t = O tanh(sum over s of a_ts values_s + C_q q_t) + b       values_s = C_e e_s
#pragma once

#include "kernels/cpu/lstm.h"
#include "kernels/cpu/unit_rows.h"

namespace nao::kernels::NAO_ISA {

template <class T>
struct AttentionWeights {
  T* query;        // Q [H][H]
  T* combination;  // C [H][2H], for contexts and for q
  T* output;       // O [V][H]
  T* outputBias;   // [V]
};

class Attention {
 public:
  struct Size {
    int vocabulary, hidden, steps, positions, sequences;
  };

  /// positions: of a forward, all tokens in training, one at a time where they are written.
  Attention(const Size& size, bool training, Space& space)
      : s_(size),
        floats_(padded(size.hidden)),
        keys_(space.rows(outputs(), size.hidden)),
        values_(space.rows(outputs(), size.hidden)),
        weights_(space.rows(positions(), size.steps)),
        tanhs_(space.rows(positions(), size.hidden)),
        logits(space.rows(positions(), size.vocabulary)),
        queryRows_(space.rows(size.hidden, size.hidden)),
        contextColumns_(space.rows(size.hidden, size.hidden)),
        ownColumns_(space.rows(size.hidden, size.hidden)),
        outputColumns_(space.rows(size.hidden, size.vocabulary)),
        keyColumns_(space.rows(static_cast<std::int64_t>(size.sequences) * floats_, size.steps)),
        bias_(space.rows(1, size.vocabulary)),
        queryColumns_(space.rows(training ? size.hidden : 0, size.hidden)),
        contextRows_(space.rows(training ? size.hidden : 0, size.hidden)),
        ownRows_(space.rows(training ? size.hidden : 0, size.hidden)),
        outputRows_(space.rows(training ? size.vocabulary : 0, size.hidden)),
        valueColumns_(space.rows(training ? floats_ : 0, size.steps)),
        keyGradients_(space.rows(training ? outputs() : 0, size.hidden)),
        valueGradients_(space.rows(training ? outputs() : 0, size.hidden)),
        weightGradients_(space.rows(training ? size.positions : 0, size.steps)),
        gradient_(space.rows(training ? std::max(floats_, size.vocabulary) : 0, size.hidden)) {}

  void prepare(const AttentionWeights<const float>& w) {
    const int h = s_.hidden;
    Lstm::spread(w.query, h, h, h, queryRows_);
    contextColumns_.clear();
    ownColumns_.clear();
    outputColumns_.clear();
    transpose(w.combination, 2 * h, h, h, contextColumns_.data, contextColumns_.stride);
    transpose(w.combination + h, 2 * h, h, h, ownColumns_.data, ownColumns_.stride);
    transpose(w.output, h, s_.vocabulary, h, outputColumns_.data, outputColumns_.stride);
    Lstm::spread(w.outputBias, 1, s_.vocabulary, s_.vocabulary, bias_);
  }

  /// What the encoder left, e [steps][sequences].
  void attendTo(const Rows& e) {
    product<Write::kOver>(e.left(s_.hidden), queryRows_, keys_);
    product<Write::kOver>(e.left(s_.hidden), contextColumns_, values_);
    for (int i = 0; i < s_.sequences; ++i) columnsOf(keys_, i, keyColumns_.from(i * floats_, floats_));
  }

  /// Logits of all positions from the decoder's outputs q, [positions][sequences].
  void forward(const Rows& q) {
    product<Write::kOver>(q.left(s_.hidden), ownColumns_, tanhs_);
    for (int i = 0; i < s_.sequences; ++i) {
      const Rows weights = ofSequence(weights_, i);
      product<Write::kOver>(ofSequence(q, i).left(s_.hidden), keyColumns_.from(i * floats_, s_.hidden), weights);
      for (int t = 0; t < s_.positions; ++t) softmax(weights.row(t), s_.steps);
      product<Write::kAdd>(weights.left(s_.steps), outputsOf(values_, i), ofSequence(tanhs_, i));
    }
    for (int r = 0; r < tanhs_.rows; ++r) {
      float* x = tanhs_.row(r);
      for (int j = 0; j < floats_; j += kVec) store(x + j, hyperbolicTangent(load(x + j)));
      std::copy_n(bias_.row(0), logits.lines * kLanes, logits.row(r));
    }
    product<Write::kAdd>(tanhs_.left(s_.hidden), outputColumns_, logits);
  }

  /// From the gradients in `logits` to those of the weights and of q, which are overwritten, and of e, which add to
  /// what is there. Spoils what the forward kept.
  void backward(const Rows& q, const Rows& e, const AttentionWeights<const float>& w, const Rows& dq, const Rows& de,
                const AttentionWeights<float>& dw) {
    const int h = s_.hidden, v = s_.vocabulary;
    transpose(w.query, h, h, h, cleared(queryColumns_).data, queryColumns_.stride);
    Lstm::spread(w.combination, h, h, 2 * h, contextRows_);
    Lstm::spread(w.combination + h, h, h, 2 * h, ownRows_);
    Lstm::spread(w.output, v, h, h, outputRows_);

    addOuterProducts(logits, v, tanhs_, cleared(gradient_));
    Lstm::gather(gradient_.from(0, v), h, dw.output, h);
    std::fill_n(dw.outputBias, v, 0.0f);
    for (int r = 0; r < logits.rows; ++r)
      for (int k = 0; k < v; ++k) dw.outputBias[k] += logits.row(r)[k];

    // The tanh's gradients take the tanh's place.
    gemm(logits.left(v), outputRows_.data, outputRows_.stride, outputRows_.lines,
         [&](int row, int line, int half, auto& tile) {
           float* x = tanhs_.row(row) + line * kLanes + half * kVec;
#pragma GCC unroll 8
           for (auto& sums : tile) {
#pragma GCC unroll 8
             for (int n = 0; n < static_cast<int>(sizeof(sums) / sizeof(Vec)); ++n) {
               const Vec y = load(x + n * kLanes);
               store(x + n * kLanes, sums[n] * (broadcast(1.0f) - y * y));
             }
             x += tanhs_.stride;
           }
         });
    const Rows& d = tanhs_;
    addOuterProducts(d, h, q, cleared(gradient_));
    Lstm::gather(gradient_.from(0, h), h, dw.combination + h, 2 * h);
    product<Write::kOver>(d.left(h), ownRows_, dq);
    for (int i = 0; i < s_.sequences; ++i) {
      const Rows own = ofSequence(d, i), weights = ofSequence(weights_, i), queries = ofSequence(q, i);
      columnsOf(values_, i, valueColumns_);
      product<Write::kOver>(own.left(h), valueColumns_.from(0, h), weightGradients_);
      for (int t = 0; t < s_.positions; ++t) softmaxBackward(weightGradients_.row(t), weights.row(t), padded(s_.steps));
      product<Write::kAdd>(weightGradients_.left(s_.steps), outputsOf(keys_, i), ofSequence(dq, i));
      product<Write::kOver>(weightGradients_.transposed(s_.steps), queries, outputsOf(keyGradients_, i));
      product<Write::kOver>(weights.transposed(s_.steps), own, outputsOf(valueGradients_, i));
    }
    addOuterProducts(e, h, keyGradients_, cleared(gradient_));
    Lstm::gather(gradient_.from(0, h), h, dw.query, h);
    addOuterProducts(valueGradients_, h, e, cleared(gradient_));
    Lstm::gather(gradient_.from(0, h), h, dw.combination, 2 * h);
    product<Write::kAdd>(keyGradients_.left(h), queryColumns_, de);
    product<Write::kAdd>(valueGradients_.left(h), contextRows_, de);
  }

 private:
  const Size s_;
  const int floats_;
  Rows keys_, values_, weights_, tanhs_;

 public:
  Rows logits;  // [positions][sequences]

 private:
  std::int64_t outputs() const { return static_cast<std::int64_t>(s_.steps) * s_.sequences; }
  std::int64_t positions() const { return static_cast<std::int64_t>(s_.positions) * s_.sequences; }
  Rows ofSequence(const Rows& all, int i) const { return all.from(i, s_.positions, s_.sequences); }
  Rows outputsOf(const Rows& all, int i) const { return all.from(i, s_.steps, s_.sequences); }
  static const Rows& cleared(const Rows& rows) {
    rows.clear();
    return rows;
  }
  /// One sequence's rows as columns, [H][steps].
  void columnsOf(const Rows& all, int i, const Rows& dst) const {
    dst.clear();
    transpose(all.row(i), all.stride * s_.sequences, s_.steps, s_.hidden, dst.data, dst.stride);
  }

  Rows queryRows_, contextColumns_, ownColumns_, outputColumns_, keyColumns_, bias_;
  Rows queryColumns_, contextRows_, ownRows_, outputRows_, valueColumns_;
  Rows keyGradients_, valueGradients_, weightGradients_, gradient_;
};

}  // namespace nao::kernels::NAO_ISA
