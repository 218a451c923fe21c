#include "kernels/cpu/controller.h"

#include <algorithm>

#include "kernels/cpu/attention.h"
#include "kernels/cpu/lstm.h"
#include "kernels/cpu/unit_rows.h"

namespace nao::kernels::NAO_ISA {
namespace {

template <class T>
LstmWeights<T> encoderWeights(const ControllerShape& s, T* all) {
  return {all + s.encoderEmbedding(), all + s.encoderInput(), all + s.encoderHidden(), all + s.encoderInputBias(),
          all + s.encoderHiddenBias()};
}
template <class T>
LstmWeights<T> decoderWeights(const ControllerShape& s, T* all) {
  return {all + s.decoderEmbedding(), all + s.decoderInput(), all + s.decoderHidden(), all + s.decoderInputBias(),
          all + s.decoderHiddenBias()};
}
template <class T>
AttentionWeights<T> attentionWeights(const ControllerShape& s, T* all) {
  return {all + s.query(), all + s.combination(), all + s.output(), all + s.outputBias()};
}

/// The sequences of a group.
struct Group {
  const ControllerInput& in;
  int first, count;

  Group(const ControllerInput& input, int group)
      : in(input), first(input.firstOf(group)), count(input.firstOf(group + 1) - first) {}

  std::int64_t row(int i) const { return in.order == nullptr ? first + i : in.order[first + i]; }
  const std::int32_t* tokens(int i) const { return in.tokens + row(i) * in.shape.tokens; }
};

/// Encoder and predictor.
class Encoder {
 public:
  Encoder(const ControllerShape& s, int sequences, bool training, Space& space)
      : outputs(space.rows(static_cast<std::int64_t>(s.steps()) * sequences, s.hidden)),
        embeddings(space.rows(sequences, s.hidden)),
        s_(s),
        n_(sequences),
        floats_(padded(s.hidden)),
        lstm_({s.vocabulary, s.tokensPerStep, s.embedding, s.hidden, s.steps(), sequences}, training, space),
        norms_(space.take(outputs.rows)),
        means_(space.take(sequences)),
        regressor_(space.rows(1, s.hidden)),
        dh_(space.rows(training ? sequences : 0, s.hidden)),
        dc_(space.rows(training ? sequences : 0, s.hidden)) {}

  void run(const Group& group) {
    lstm_.prepare(encoderWeights(s_, group.in.weights));
    Lstm::spread(group.in.weights + s_.regressor(), 1, s_.hidden, s_.hidden, regressor_);
    bias_ = group.in.weights[s_.regressorBias()];
    lstm_.hidden.from(0, n_).clear();
    lstm_.cells.from(0, n_).clear();
    for (int step = 0; step < s_.steps(); ++step) {
      lstm_.forward(step, [&](int i, int p) { return group.tokens(i)[step * s_.tokensPerStep + p]; });
      const Rows made = lstm_.outputs(step);
      for (int i = 0; i < n_; ++i) {
        const int row = step * n_ + i;
        std::copy_n(made.row(i), floats_, outputs.row(row));
        norms_[row] = makeUnit(outputs.row(row), floats_);
      }
    }
    embed();
  }
  /// The embeddings of the outputs.
  void embed() {
    embeddings.clear();
    for (int i = 0; i < n_; ++i) {
      float* mean = embeddings.row(i);
      for (int step = 0; step < s_.steps(); ++step)
        addTo(mean, 1.0f / static_cast<float>(s_.steps()), outputs.row(step * n_ + i), floats_);
      means_[i] = makeUnit(mean, floats_);
    }
  }
  float predict(int i) const {
    const float z = dot(embeddings.row(i), regressor_.row(0), floats_) + bias_;
    return 1 / (1 + std::exp(-z));
  }
  /// From the gradient of an embedding to that of each output, in its place.
  void toOutputs(float* d, int i) const {
    unitBackward(d, embeddings.row(i), means_[i], floats_);
    scale(d, 1.0f / static_cast<float>(s_.steps()), floats_);
  }
  const float* regressor() const { return regressor_.row(0); }

  /// From the gradients of the outputs, which are spoilt, to those of the weights.
  void backward(const Group& group, const Rows& dOutputs, float* gradient) {
    for (int row = 0; row < dOutputs.rows; ++row)
      unitBackward(dOutputs.row(row), outputs.row(row), norms_[row], floats_);
    lstm_.backward(
        dOutputs, dh_, dc_, [&](int step, int i, int p) { return group.tokens(i)[step * s_.tokensPerStep + p]; },
        encoderWeights(s_, group.in.weights), encoderWeights(s_, gradient));
  }

  Rows outputs;     // [steps][sequences], of unit length
  Rows embeddings;  // [sequences]

 private:
  const ControllerShape& s_;
  const int n_, floats_;
  Lstm lstm_;
  float *norms_, *means_;
  Rows regressor_, dh_, dc_;
  float bias_ = 0;
};

/// Encoder, decoder and the gradients between them, of a group in training.
class Training {
 public:
  Training(const ControllerShape& s, int sequences, bool gradients, Space& space)
      : s_(s),
        n_(sequences),
        floats_(padded(s.hidden)),
        encoder_(s, sequences, gradients, space),
        lstm_({s.vocabulary, 1, s.hidden, s.hidden, s.tokens, sequences}, true, space),
        attention_({s.vocabulary, s.hidden, s.steps(), s.tokens, sequences}, true, space),
        dQueries_(space.rows(gradients ? rows(s.tokens) : 0, s.hidden)),
        dOutputs_(space.rows(gradients ? rows(s.steps()) : 0, s.hidden)),
        dEmbeddings_(space.rows(gradients ? sequences : 0, s.hidden)),
        dCells_(space.rows(gradients ? sequences : 0, s.hidden)) {}

  void run(const ControllerTrain& p, const Group& group, int slot) {
    const float* weights = group.in.weights;
    encoder_.run(group);
    lstm_.prepare(decoderWeights(s_, weights));
    attention_.prepare(attentionWeights(s_, weights));
    for (int i = 0; i < n_; ++i) {
      std::copy_n(encoder_.embeddings.row(i), floats_, lstm_.hidden.row(i));
      std::copy_n(encoder_.embeddings.row(i), floats_, lstm_.cells.row(i));
    }
    const auto before = [&](int step, int i) { return step == 0 ? 0 : group.tokens(i)[step - 1]; };
    for (int t = 0; t < s_.tokens; ++t) lstm_.forward(t, [&](int i, int) { return before(t, i); });
    const Rows queries = lstm_.hidden.from(n_, s_.tokens * n_);
    attention_.attendTo(encoder_.outputs);
    attention_.forward(queries);
    likelihoods(p, group, slot);
    predictions(p, group, slot);
    if (p.gradients == nullptr) return;

    float* const gradient = p.gradients + slot * s_.count();
    dOutputs_.clear();
    attention_.backward(queries, encoder_.outputs, attentionWeights(s_, weights), dQueries_, dOutputs_,
                        attentionWeights(s_, gradient));
    lstm_.backward(
        dQueries_, dEmbeddings_, dCells_, [&](int step, int i, int) { return before(step, i); },
        decoderWeights(s_, weights), decoderWeights(s_, gradient));
    predictorBackward(p, group, gradient);
    encoder_.backward(group, dOutputs_, gradient);
  }

 private:
  std::int64_t rows(int steps) const { return static_cast<std::int64_t>(steps) * n_; }

  /// The losses of the tokens; logits become their gradients.
  void likelihoods(const ControllerTrain& p, const Group& group, int slot) {
    const int v = s_.vocabulary;
    const float share = (1 - p.tradeoff) / (static_cast<float>(p.input.sequences) * static_cast<float>(s_.tokens));
    double sum = 0;
    for (int t = 0; t < s_.tokens; ++t)
      for (int i = 0; i < n_; ++i) {
        float* x = attention_.logits.row(t * n_ + i);
        const int token = group.tokens(i)[t];
        const float own = x[token];
        if (p.logProbabilities != nullptr) {
          float* log = p.logProbabilities + (static_cast<std::int64_t>(group.first + i) * s_.tokens + t) * v;
          std::copy_n(x, v, log);
          const float normaliser = softmax(x, v);
          for (int k = 0; k < v; ++k) log[k] -= normaliser;
          sum -= static_cast<double>(log[token]);
        } else {
          sum += static_cast<double>(softmax(x, v) - own);
        }
        x[token] -= 1;
        scale(x, share, padded(v));
      }
    p.losses[2 * slot + 1] = sum / s_.tokens;
  }
  void predictions(const ControllerTrain& p, const Group& group, int slot) {
    double sum = 0;
    for (int i = 0; i < n_; ++i) {
      const float prediction = encoder_.predict(i);
      const double error = static_cast<double>(prediction) - static_cast<double>(p.targets[group.row(i)]);
      sum += error * error;
      if (p.predictions != nullptr) p.predictions[group.first + i] = prediction;
    }
    p.losses[2 * slot] = sum;
  }
  /// Of the predictor's weights; adds what comes through the embeddings to the gradients of the outputs.
  void predictorBackward(const ControllerTrain& p, const Group& group, float* gradient) {
    float* const dRegressor = gradient + s_.regressor();
    float& dBias = gradient[s_.regressorBias()];
    std::fill_n(dRegressor, s_.hidden, 0.0f);
    dBias = 0;
    for (int i = 0; i < n_; ++i) {
      const float prediction = encoder_.predict(i), error = prediction - p.targets[group.row(i)];
      const float dz = 2 * p.tradeoff / static_cast<float>(p.input.sequences) * error * prediction * (1 - prediction);
      float* const d = dEmbeddings_.row(i);
      for (int j = 0; j < s_.hidden; ++j) dRegressor[j] += dz * encoder_.embeddings.row(i)[j];
      dBias += dz;
      addTo(d, 1, dCells_.row(i), floats_);
      addTo(d, dz, encoder_.regressor(), floats_);
      encoder_.toOutputs(d, i);
      for (int step = 0; step < s_.steps(); ++step) addTo(dOutputs_.row(rows(step) + i), 1, d, floats_);
    }
  }

  const ControllerShape& s_;
  const int n_, floats_;
  Encoder encoder_;
  Lstm lstm_;
  Attention attention_;
  Rows dQueries_, dOutputs_, dEmbeddings_, dCells_;
};

/// Writes sequences for the encodings of a group.
class Writer {
 public:
  Writer(const ControllerShape& s, int sequences, Space& space)
      : s_(s),
        n_(sequences),
        floats_(padded(s.hidden)),
        encoder_(s, sequences, false, space),
        lstm_({s.vocabulary, 1, s.hidden, s.hidden, 1, sequences}, false, space),
        attention_({s.vocabulary, s.hidden, s.steps(), 1, sequences}, false, space),
        still_(space.rows(encoder_.outputs.rows, s.hidden)),
        slopes_(space.rows(sequences, s.hidden)) {}

  void run(const ControllerGenerate& p, const Group& group) {
    encoder_.run(group);
    lstm_.prepare(decoderWeights(s_, group.in.weights));
    attention_.prepare(attentionWeights(s_, group.in.weights));
    for (int row = 0; row < still_.rows; ++row) std::copy_n(encoder_.outputs.row(row), floats_, still_.row(row));
    slopes_.clear();
    for (int i = 0; i < n_; ++i) {
      const float prediction = encoder_.predict(i);
      addTo(slopes_.row(i), prediction * (1 - prediction), encoder_.regressor(), floats_);
      encoder_.toOutputs(slopes_.row(i), i);
    }
    for (int step = 0; step < p.stepSizes; ++step) {
      move(p.stepSize[step]);
      const std::int64_t first = static_cast<std::int64_t>(step) * p.input.sequences + group.first;
      for (int i = 0; i < n_; ++i) p.predictions[first + i] = encoder_.predict(i);
      write(p.legal, p.generated + first * s_.tokens);
    }
  }

 private:
  void move(float stepSize) {
    for (int row = 0; row < still_.rows; ++row) {
      float* const e = encoder_.outputs.row(row);
      std::copy_n(still_.row(row), floats_, e);
      addTo(e, stepSize, slopes_.row(row % n_), floats_);
      makeUnit(e, floats_);
    }
    encoder_.embed();
  }
  /// The likeliest legal tokens, one position after another; generated: [sequences][tokens].
  void write(const std::int32_t* legal, std::int32_t* generated) {
    attention_.attendTo(encoder_.outputs);
    for (int i = 0; i < n_; ++i) {
      std::copy_n(encoder_.embeddings.row(i), floats_, lstm_.hidden.row(i));
      std::copy_n(encoder_.embeddings.row(i), floats_, lstm_.cells.row(i));
    }
    for (int t = 0; t < s_.tokens; ++t) {
      const auto tokens = [&](int i) { return generated + static_cast<std::int64_t>(i) * s_.tokens; };
      lstm_.forward(0, [&](int i, int) { return t == 0 ? 0 : tokens(i)[t - 1]; });
      attention_.forward(lstm_.hidden.from(0, n_));
      for (int i = 0; i < n_; ++i) {
        const float* logits = attention_.logits.row(i);
        tokens(i)[t] =
            static_cast<std::int32_t>(std::max_element(logits + legal[2 * t], logits + legal[2 * t + 1]) - logits);
      }
    }
  }

  const ControllerShape& s_;
  const int n_, floats_;
  Encoder encoder_;
  Lstm lstm_;
  Attention attention_;
  Rows still_, slopes_;
};

int mostSequences(const ControllerInput& in) { return (in.sequences + in.groups - 1) / in.groups; }

}  // namespace

std::int64_t scratchFloats(const ControllerTrain& p) {
  Space space(nullptr);
  const Training training(p.input.shape, mostSequences(p.input), p.gradients != nullptr, space);
  return space.taken();
}

void run(const ControllerTrain& p, int item, float* scratch) {
  const Group group(p.input, item);
  Space space(scratch);
  Training(p.input.shape, group.count, p.gradients != nullptr, space).run(p, group, item);
}

std::int64_t scratchFloats(const ControllerEncode& p) {
  Space space(nullptr);
  const Encoder encoder(p.input.shape, mostSequences(p.input), false, space);
  return space.taken();
}

void run(const ControllerEncode& p, int item, float* scratch) {
  const Group group(p.input, item);
  const int hidden = p.input.shape.hidden;
  Space space(scratch);
  Encoder encoder(p.input.shape, group.count, false, space);
  encoder.run(group);
  for (int i = 0; i < group.count; ++i) {
    p.predictions[group.first + i] = encoder.predict(i);
    if (p.embeddings != nullptr)
      std::copy_n(encoder.embeddings.row(i), hidden,
                  p.embeddings + static_cast<std::int64_t>(group.first + i) * hidden);
  }
}

std::int64_t scratchFloats(const ControllerGenerate& p) {
  Space space(nullptr);
  const Writer writer(p.input.shape, mostSequences(p.input), space);
  return space.taken();
}

void run(const ControllerGenerate& p, int item, float* scratch) {
  const Group group(p.input, item);
  Space space(scratch);
  Writer(p.input.shape, group.count, space).run(p, group);
}

}  // namespace nao::kernels::NAO_ISA
