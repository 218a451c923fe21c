#include "model/policy_walk.h"

#include <algorithm>
#include <cmath>

namespace nao::model {
namespace {

/// sum + factor * x, over rows of `count`.
inline void addScaled(float factor, const float* __restrict x, int count, float* __restrict sum) {
  for (int i = 0; i < count; ++i) sum[i] += factor * x[i];
}

inline float dot(const float* a, const float* b, int count) {
  // Independent partial sums: a single one would be a chain of additions, which the compiler may not reorder.
  constexpr int kSums = 16;
  float sums[kSums] = {};
  int i = 0;
  for (; i + kSums <= count; i += kSums)
    for (int j = 0; j < kSums; ++j) sums[j] += a[i + j] * b[i + j];
  float rest = 0;
  for (; i < count; ++i) rest += a[i] * b[i];
  for (int width = kSums / 2; width > 0; width /= 2)
    for (int j = 0; j < width; ++j) sums[j] += sums[j + width];
  return sums[0] + rest;
}

/// y = matrix * x.
inline void multiply(const float* matrix, int rows, int columns, const float* x, float* y) {
  for (int r = 0; r < rows; ++r) y[r] = dot(matrix + static_cast<std::ptrdiff_t>(r) * columns, x, columns);
}

/// dx += the transposed matrix * dy.
inline void multiplyBack(const float* matrix, int rows, int columns, const float* dy, float* dx) {
  for (int r = 0; r < rows; ++r) addScaled(dy[r], matrix + static_cast<std::ptrdiff_t>(r) * columns, columns, dx);
}

/// The gradient of a matrix that made y of x: matrix += dy x'.
inline void addOuter(const float* dy, int rows, const float* x, int columns, float* matrix) {
  for (int r = 0; r < rows; ++r) addScaled(dy[r], x, columns, matrix + static_cast<std::ptrdiff_t>(r) * columns);
}

inline float sigmoid(float x) { return 1 / (1 + std::exp(-x)); }

}  // namespace

PolicyWalk::PolicyWalk(const PolicyShape& shape, const float* weights)
    : shape_(shape),
      weights_(shape, weights),
      chosen_(static_cast<std::size_t>(shape.choices())),
      inputs_(static_cast<std::size_t>(shape.steps())),
      h_(shape.steps() + 1, shape.hidden),
      c_(shape.steps() + 1, shape.hidden),
      gates_(shape.steps(), 4 * shape.hidden),
      tanhC_(shape.steps(), shape.hidden),
      keys_(shape.steps(), shape.hidden),
      tanhs_(shape.choices() / 2 * shape.states(), shape.hidden),
      squashed_(shape.choices(), std::max(shape.states(), shape.operations)),
      probabilities_(shape.choices(), std::max(shape.states(), shape.operations)),
      dh_(shape.steps() + 1, shape.hidden),
      dGates_(shape.steps(), 4 * shape.hidden),
      dKeys_(shape.steps(), shape.hidden),
      dc_(static_cast<std::size_t>(shape.hidden)),
      query_(dc_.size()),
      dQuery_(dc_.size()),
      zero_(dc_.size()) {
  int position = 0;
  for (int cell = 0; cell < shape.cells; ++cell) {
    for (int state = 0; state < PolicyShape::kInputStates; ++state) steps_.push_back({Output::kState, cell, 0});
    for (int node = 0; node < shape.nodes; ++node, position += 2 * PolicyShape::kOperands) {
      for (int side = 0; side < PolicyShape::kOperands; ++side)
        steps_.push_back({Output::kInput, cell, position + 2 * side});
      for (int side = 0; side < PolicyShape::kOperands; ++side)
        steps_.push_back({Output::kOperation, cell, position + 2 * side + 1});
      steps_.push_back({Output::kState, cell, 0});
    }
  }
}

PolicyWalk::Result PolicyWalk::forward(const Choose& choose) {
  Result result;
  int number = 0;
  inputs_[0] = weights_.start;
  for (int s = 0; s < shape_.steps(); ++s) {
    runLstm(s);
    const Step& made = step(s);
    if (made.output == Output::kState) {
      multiply(weights_.anchor, shape_.hidden, shape_.hidden, h_[s + 1], keys_[s]);
    } else {
      logits_.resize(static_cast<std::size_t>(shape_.options(made.position)));
      made.output == Output::kInput ? inputLogits(s) : operationLogits(s);
      const double largest = *std::max_element(logits_.begin(), logits_.end());
      double sum = 0;
      for (const double logit : logits_) sum += std::exp(logit - largest);
      const double log = largest + std::log(sum);
      float* const probabilities = probabilities_[made.position];
      for (std::size_t i = 0; i < logits_.size(); ++i) {
        logits_[i] -= log;
        const double probability = std::exp(logits_[i]);
        probabilities[i] = static_cast<float>(probability);
        result.entropy -= logits_[i] * probability;
      }
      const int option = choose(number++, made.position, logits_);
      chosen(made.position) = option;
      result.logProbability += logits_[static_cast<std::size_t>(option)];
    }
    if (s + 1 < shape_.steps()) inputs_[static_cast<std::size_t>(s) + 1] = inputAfter(s);
  }
  return result;
}

void PolicyWalk::runLstm(int s) {
  const int hidden = shape_.hidden;
  float* const gates = gates_[s];
  const float* const x = inputs_[static_cast<std::size_t>(s)];
  for (int r = 0; r < 4 * hidden; ++r) {
    const std::ptrdiff_t row = static_cast<std::ptrdiff_t>(r) * hidden;
    gates[r] = dot(weights_.input + row, x, hidden) + dot(weights_.recurrent + row, h_[s], hidden);
  }
  const float* const before = c_[s];
  float* const c = c_[s + 1];
  float* const h = h_[s + 1];
  for (int j = 0; j < hidden; ++j) {
    const float in = sigmoid(gates[j]), forget = sigmoid(gates[hidden + j]);
    const float candidate = std::tanh(gates[2 * hidden + j]), out = sigmoid(gates[3 * hidden + j]);
    c[j] = forget * before[j] + in * candidate;
    tanhC_[s][j] = std::tanh(c[j]);
    h[j] = out * tanhC_[s][j];
    gates[j] = in;
    gates[hidden + j] = forget;
    gates[2 * hidden + j] = candidate;
    gates[3 * hidden + j] = out;
  }
}

void PolicyWalk::inputLogits(int s) {
  const int hidden = shape_.hidden;
  const Step& made = step(s);
  multiply(weights_.query, hidden, hidden, h_[s + 1], query_.data());
  for (int state = 0; state < shape_.options(made.position); ++state) {
    const float* const key = keys_[shape_.stepOf(made.cell, state)];
    float* const t = tanhs_[tanhRow(made.position, state)];
    for (int j = 0; j < hidden; ++j) t[j] = std::tanh(key[j] + query_[static_cast<std::size_t>(j)]);
    const float squashed = std::tanh(dot(weights_.score, t, hidden));
    squashed_[made.position][state] = squashed;
    logits_[static_cast<std::size_t>(state)] = shape_.stateConstant * squashed;
  }
}

void PolicyWalk::operationLogits(int s) {
  const int hidden = shape_.hidden;
  const Step& made = step(s);
  for (int o = 0; o < shape_.operations; ++o) {
    const float* const row = weights_.operation + static_cast<std::ptrdiff_t>(o) * hidden;
    const float squashed = std::tanh(dot(row, h_[s + 1], hidden) + weights_.operationBias[o]);
    squashed_[made.position][o] = squashed;
    const auto index = static_cast<std::size_t>(o);
    logits_[index] = shape_.operationConstant * squashed + (made.cell == 0 ? shape_.favours[index] : 0.0f);
  }
}

/// What the LSTM reads after a step.
const float* PolicyWalk::inputAfter(int s) {
  const Step& made = step(s);
  if (made.output == Output::kState) return weights_.start;
  const int option = chosen(made.position);
  if (made.output == Output::kOperation)
    return weights_.embedding + static_cast<std::ptrdiff_t>(option) * shape_.hidden;
  return option < PolicyShape::kInputStates ? zero_.data() : h_[shape_.stepOf(made.cell, option) + 1];
}

/// Where the gradient of a step's input is added up; null: nothing has made it.
float* PolicyWalk::inputGradient(int s, const PolicyWeights<float>& gradient) {
  if (s == 0 || step(s - 1).output == Output::kState) return gradient.start;
  const Step& before = step(s - 1);
  const int option = chosen(before.position);
  if (before.output == Output::kOperation)
    return gradient.embedding + static_cast<std::ptrdiff_t>(option) * shape_.hidden;
  return option < PolicyShape::kInputStates ? nullptr : dh_[shape_.stepOf(before.cell, option) + 1];
}

void PolicyWalk::backward(float factor, float* all) {
  const PolicyWeights<float> gradient(shape_, all);
  const int hidden = shape_.hidden, steps = shape_.steps();
  dh_.clear();
  dKeys_.clear();
  std::fill(dc_.begin(), dc_.end(), 0.0f);
  for (int s = steps - 1; s >= 0; --s) {
    if (step(s).output == Output::kState) {
      addOuter(dKeys_[s], hidden, h_[s + 1], hidden, gradient.anchor);
      multiplyBack(weights_.anchor, hidden, hidden, dKeys_[s], dh_[s + 1]);
    } else {
      choiceBackward(s, factor, gradient);
    }
    lstmBackward(s);
    if (float* const dx = inputGradient(s, gradient)) multiplyBack(weights_.input, 4 * hidden, hidden, dGates_[s], dx);
  }
  // Row by row of the matrices, which are large, over all steps, whose rows are few.
  for (int r = 0; r < 4 * hidden; ++r) {
    const std::ptrdiff_t row = static_cast<std::ptrdiff_t>(r) * hidden;
    for (int s = 0; s < steps; ++s) {
      addScaled(dGates_[s][r], inputs_[static_cast<std::size_t>(s)], hidden, gradient.input + row);
      addScaled(dGates_[s][r], h_[s], hidden, gradient.recurrent + row);
    }
  }
}

/// From a choice to the output of its step, the keys and the weights between.
void PolicyWalk::choiceBackward(int s, float factor, const PolicyWeights<float>& gradient) {
  const int hidden = shape_.hidden;
  const Step& made = step(s);
  const bool input = made.output == Output::kInput;
  const float constant = input ? shape_.stateConstant : shape_.operationConstant;
  std::fill(dQuery_.begin(), dQuery_.end(), 0.0f);
  for (int option = 0; option < shape_.options(made.position); ++option) {
    const float squashed = squashed_[made.position][option];
    const float wanted = option == chosen(made.position) ? 1.0f : 0.0f;
    const float dScore =
        factor * (wanted - probabilities_[made.position][option]) * constant * (1 - squashed * squashed);
    if (input) {
      const float* const t = tanhs_[tanhRow(made.position, option)];
      float* const dKey = dKeys_[shape_.stepOf(made.cell, option)];
      for (int j = 0; j < hidden; ++j) {
        const float d = dScore * weights_.score[j] * (1 - t[j] * t[j]);
        gradient.score[j] += dScore * t[j];
        dKey[j] += d;
        dQuery_[static_cast<std::size_t>(j)] += d;
      }
    } else {
      const std::ptrdiff_t row = static_cast<std::ptrdiff_t>(option) * hidden;
      gradient.operationBias[option] += dScore;
      addScaled(dScore, h_[s + 1], hidden, gradient.operation + row);
      addScaled(dScore, weights_.operation + row, hidden, dh_[s + 1]);
    }
  }
  if (input) {
    addOuter(dQuery_.data(), hidden, h_[s + 1], hidden, gradient.query);
    multiplyBack(weights_.query, hidden, hidden, dQuery_.data(), dh_[s + 1]);
  }
}

/// From the outputs of a step to its gates and to the outputs of the step before.
void PolicyWalk::lstmBackward(int s) {
  const int hidden = shape_.hidden;
  const float* const gates = gates_[s];
  const float* const dh = dh_[s + 1];
  float* const dGates = dGates_[s];
  for (int j = 0; j < hidden; ++j) {
    const float in = gates[j], forget = gates[hidden + j], candidate = gates[2 * hidden + j];
    const float out = gates[3 * hidden + j], t = tanhC_[s][j];
    float& dc = dc_[static_cast<std::size_t>(j)];
    dc += dh[j] * out * (1 - t * t);
    dGates[j] = dc * candidate * in * (1 - in);
    dGates[hidden + j] = dc * c_[s][j] * forget * (1 - forget);
    dGates[2 * hidden + j] = dc * in * (1 - candidate * candidate);
    dGates[3 * hidden + j] = dh[j] * t * out * (1 - out);
    dc *= forget;
  }
  multiplyBack(weights_.recurrent, 4 * hidden, hidden, dGates, dh_[s]);
}

}  // namespace nao::model
