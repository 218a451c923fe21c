// controller: the networks of Neural Architecture Optimization (Luo et al. 2018) over sequences of tokens: an encoder
// with a predictor of accuracies, and a decoder with attention.
//
//     T  tokens of a sequence     P  tokens of an encoder step, S = T / P steps     V  vocabulary
//     E  size of the encoder's token embedding     H  hidden size     sigma  logistic function     |x|  L2 norm
//
// An LSTM with weights W_ih, W_hh and biases b_ih, b_hh goes from (h, c) with an input x to
//
//     i, f, g, o = W_ih x + b_ih + W_hh h + b_hh      (in this order, H each)
//     c' = sigma(f) c + sigma(i) tanh(g)              h' = sigma(o) tanh(c')
//
// Encoder, from h = c = 0, its inputs the P token embeddings of a step side by side:
//
//     e_s = h_s / |h_s|      embedding = m / |m| with m = mean over s of e_s
//     prediction = sigma(w . embedding + b)
//
// Decoder, from h = c = embedding, its input at t the embedding of the token before, 0 at first; q_t its h:
//
//     a_ts     = softmax over s of (Q q_t) . e_s
//     logits_t = O tanh(C [sum over s of a_ts e_s, q_t]) + b
//
// A norm below 1e-12 counts as 1e-12. Items are groups of sequences: group i of G has the sequences from n i / G on.
#pragma once

#include "kernels/operands.h"

namespace nao::kernels {

/// Where the weights lie in one array, in the order of the networks' state dict; matrices are [outputs][inputs].
struct ControllerShape {
  std::int32_t vocabulary = 0;     // V, token 0 starts every decoded sequence
  std::int32_t tokens = 0;         // T
  std::int32_t tokensPerStep = 1;  // P, divides T
  std::int32_t embedding = 0;      // E
  std::int32_t hidden = 0;         // H

  constexpr int steps() const { return tokens / tokensPerStep; }
  constexpr int inputs() const { return tokensPerStep * embedding; }
  constexpr int gates() const { return 4 * hidden; }

  constexpr std::int64_t encoderEmbedding() const { return 0; }  // [V][E]
  constexpr std::int64_t encoderInput() const { return encoderEmbedding() + product(vocabulary, embedding); }
  constexpr std::int64_t encoderHidden() const { return encoderInput() + product(gates(), inputs()); }
  constexpr std::int64_t encoderInputBias() const { return encoderHidden() + product(gates(), hidden); }
  constexpr std::int64_t encoderHiddenBias() const { return encoderInputBias() + gates(); }
  constexpr std::int64_t regressor() const { return encoderHiddenBias() + gates(); }  // w [H]
  constexpr std::int64_t regressorBias() const { return regressor() + hidden; }
  constexpr std::int64_t decoderEmbedding() const { return regressorBias() + 1; }  // [V][H]
  constexpr std::int64_t decoderInput() const { return decoderEmbedding() + product(vocabulary, hidden); }
  constexpr std::int64_t decoderHidden() const { return decoderInput() + product(gates(), hidden); }
  constexpr std::int64_t decoderInputBias() const { return decoderHidden() + product(gates(), hidden); }
  constexpr std::int64_t decoderHiddenBias() const { return decoderInputBias() + gates(); }
  constexpr std::int64_t query() const { return decoderHiddenBias() + gates(); }                 // Q [H][H]
  constexpr std::int64_t combination() const { return query() + product(hidden, hidden); }       // C [H][2H]
  constexpr std::int64_t output() const { return combination() + 2 * product(hidden, hidden); }  // O [V][H]
  constexpr std::int64_t outputBias() const { return output() + product(vocabulary, hidden); }
  /// Of all weights.
  constexpr std::int64_t count() const { return outputBias() + vocabulary; }

 private:
  static constexpr std::int64_t product(std::int64_t a, std::int64_t b) { return a * b; }
};

/// The sequences of a call and what they go through.
struct ControllerInput {
  ControllerShape shape;
  const float* weights = nullptr;        // [shape.count()]
  int sequences = 0;                     // n
  int groups = 1;                        // G, at most n
  const std::int32_t* tokens = nullptr;  // [rows][T]
  const std::int32_t* order = nullptr;   // [n], the row of each sequence; optional: its own number
  float* work = nullptr;  // [groups][controllerWorkFloats(shape)], of a device that gives items no scratch

  constexpr int firstOf(int group) const {
    return static_cast<int>(static_cast<std::int64_t>(sequences) * group / groups);
  }
};

/// Where a GPU keeps what it makes of a sequence: offsets into its work, in floats, multiples of 4.
struct ControllerWork {
  struct Lstm {
    std::int64_t gates = 0;   // [steps][4H], slopes in the forward, gradients after the backward
    std::int64_t hidden = 0;  // [steps + 1][H], from the first state on, which is the caller's and the first cell, too
    std::int64_t cellSlopes = 0;     // [steps][H], d h / d cell
    std::int64_t forgets = 0;        // [steps][H], sigma(f)
    std::int64_t table = 0;          // [tokens of a step][V][4H]
    std::int64_t tableGradient = 0;  // the same
  };
  std::int64_t floats = 0;  // of all
  Lstm encoder, decoder;
  std::int64_t outputs, outputGradients;        // [S][H]
  std::int64_t norms;                           // [S]
  std::int64_t keys, keyGradients;              // [S][H]
  std::int64_t values, valueGradients;          // [S][H]
  std::int64_t weights, weightGradients;        // [T][S]
  std::int64_t tanhs, tanhGradients, dQueries;  // [T][H]
  std::int64_t logits;                          // [T][V]

  constexpr explicit ControllerWork(const ControllerShape& s)
      : encoder(lstm(s, s.steps(), s.tokensPerStep)),
        decoder(lstm(s, s.tokens, 1)),
        outputs(take(s.steps(), s.hidden)),
        outputGradients(take(s.steps(), s.hidden)),
        norms(take(s.steps(), 1)),
        keys(take(s.steps(), s.hidden)),
        keyGradients(take(s.steps(), s.hidden)),
        values(take(s.steps(), s.hidden)),
        valueGradients(take(s.steps(), s.hidden)),
        weights(take(s.tokens, s.steps())),
        weightGradients(take(s.tokens, s.steps())),
        tanhs(take(s.tokens, s.hidden)),
        tanhGradients(take(s.tokens, s.hidden)),
        dQueries(take(s.tokens, s.hidden)),
        logits(take(s.tokens, s.vocabulary)) {}

 private:
  constexpr std::int64_t take(std::int64_t rows, std::int64_t columns) {
    const std::int64_t first = floats;
    floats += (rows * columns + 3) / 4 * 4;
    return first;
  }
  constexpr Lstm lstm(const ControllerShape& s, int steps, int tokens) {
    Lstm l;
    l.gates = take(steps, s.gates());
    l.hidden = take(steps + 1, s.hidden);
    l.cellSlopes = take(steps, s.hidden);
    l.forgets = take(steps, s.hidden);
    l.table = take(tokens * s.vocabulary, s.gates());
    l.tableGradient = take(tokens * s.vocabulary, s.gates());
    return l;
  }
};

/// Of a group's work.
constexpr std::int64_t controllerWorkFloats(const ControllerShape& shape) { return ControllerWork(shape).floats; }

/// Losses and the gradient of
///
///     tradeoff / batch * sum of (prediction - target)^2 - (1 - tradeoff) / (batch T) * sum of log p(token)
struct ControllerTrain {
  static constexpr const char* kName = "controller_train";

  ControllerInput input;
  const float* targets = nullptr;  // [rows]
  float tradeoff = 0;
  float* gradients = nullptr;         // [groups][shape.count()] out: of each group; optional: forward only
  double* losses = nullptr;           // [groups][2] out: sums of squared errors, and of -log p(token) / T
  float* predictions = nullptr;       // [n] out; optional
  float* logProbabilities = nullptr;  // [n][T][V] out, log p of every token given those before; optional

  template <class Packer>
  void relocate(Packer&) {}
  template <class Visit>
  void eachSums(Visit&&) const {}
};

/// Embeddings and predictions.
struct ControllerEncode {
  static constexpr const char* kName = "controller_encode";

  ControllerInput input;
  float* embeddings = nullptr;   // [n][H] out; optional
  float* predictions = nullptr;  // [n] out

  template <class Packer>
  void relocate(Packer&) {}
  template <class Visit>
  void eachSums(Visit&&) const {}
};

/// New sequences: the encoder outputs go along the gradient of the prediction and back to unit length,
///
///     e_s' = d / |d| with d = e_s + stepSize * d prediction / d e_s
///
/// and the decoder writes, from e' and its embedding, at each position the likeliest legal token, the first of equals.
struct ControllerGenerate {
  static constexpr const char* kName = "controller_generate";

  ControllerInput input;
  int stepSizes = 0;
  const float* stepSize = nullptr;      // [stepSizes], memory of the host
  const std::int32_t* legal = nullptr;  // [T][2], first legal token and one more than the last, memory of the host
  std::int32_t* generated = nullptr;    // [stepSizes][n][T] out
  float* predictions = nullptr;         // [stepSizes][n] out, at the moved encodings

  template <class Packer>
  void relocate(Packer& packer) {
    stepSize = packer.put(stepSize, stepSizes);
    legal = packer.put(legal, 2 * input.shape.tokens);
  }
  template <class Visit>
  void eachSums(Visit&&) const {}
};

}  // namespace nao::kernels
