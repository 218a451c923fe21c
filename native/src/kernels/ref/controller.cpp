// One sequence after another, in double.
#include "kernels/ref/controller.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace nao::kernels::ref {
namespace {

using Row = std::vector<double>;
using Rows = std::vector<Row>;

constexpr double kLeastNorm = 1e-12;

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

Row zeros(int count) { return Row(static_cast<std::size_t>(count)); }
Rows zeros(int rows, int count) { return Rows(static_cast<std::size_t>(rows), zeros(count)); }

double dot(const Row& a, const Row& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}
void add(const Row& x, double factor, Row& sum) {
  for (std::size_t i = 0; i < x.size(); ++i) sum[i] += factor * x[i];
}

/// x / |x|, and what leads back from its gradient.
struct Unit {
  Row y;
  double norm = 0;

  explicit Unit(const Row& x) : y(x), norm(std::max(std::sqrt(dot(x, x)), kLeastNorm)) {
    for (double& each : y) each /= norm;
  }
  Row backward(const Row& dy) const {
    Row dx = dy;
    if (norm > kLeastNorm) add(y, -dot(y, dy), dx);
    for (double& each : dx) each /= norm;
    return dx;
  }
};

Row softmax(Row x) {
  const double largest = *std::max_element(x.begin(), x.end());
  double sum = 0;
  for (double& each : x) sum += each = std::exp(each - largest);
  for (double& each : x) each /= sum;
  return x;
}

/// A weight [rows][columns], rows `stride` apart, and its gradient.
struct Matrix {
  const float* value;
  double* gradient;
  int rows, columns, stride;

  Row times(const Row& x) const {
    Row y = zeros(rows);
    for (int r = 0; r < rows; ++r)
      for (int c = 0; c < columns; ++c) y[at(r)] += value[index(r, c)] * x[at(c)];
    return y;
  }
  /// The transposed matrix times y.
  Row back(const Row& y) const {
    Row x = zeros(columns);
    for (int r = 0; r < rows; ++r)
      for (int c = 0; c < columns; ++c) x[at(c)] += value[index(r, c)] * y[at(r)];
    return x;
  }
  Row row(int r) const { return {value + index(r, 0), value + index(r, 0) + columns}; }
  /// Of y = matrix * x.
  void learn(const Row& dy, const Row& x) const {
    for (int r = 0; r < rows; ++r) learnRow(r, dy[at(r)], x);
  }
  void learnRow(int r, double factor, const Row& x) const {
    for (int c = 0; c < columns; ++c) gradient[index(r, c)] += factor * x[at(c)];
  }

 private:
  static std::size_t at(int i) { return static_cast<std::size_t>(i); }
  std::size_t index(int r, int c) const { return at(r) * at(stride) + at(c); }
};

/// What an LSTM did in one step.
struct Cell {
  Row x, hBefore, cBefore, gates, tanhC, c, h;
};

struct Lstm {
  Matrix input, hidden, inputBias, hiddenBias;  // biases are matrices of one column

  Cell step(const Row& x, const Row& h, const Row& c) const {
    const std::size_t size = h.size();
    Cell cell{x, h, c, input.times(x), Row(size), Row(size), Row(size)};
    add(hidden.times(h), 1, cell.gates);
    add(inputBias.times({1}), 1, cell.gates);
    add(hiddenBias.times({1}), 1, cell.gates);
    for (std::size_t j = 0; j < size; ++j) {
      double& in = cell.gates[j];
      double& forget = cell.gates[size + j];
      double& candidate = cell.gates[2 * size + j];
      double& out = cell.gates[3 * size + j];
      in = sigmoid(in);
      forget = sigmoid(forget);
      candidate = std::tanh(candidate);
      out = sigmoid(out);
      cell.c[j] = forget * c[j] + in * candidate;
      cell.tanhC[j] = std::tanh(cell.c[j]);
      cell.h[j] = out * cell.tanhC[j];
    }
    return cell;
  }

  /// From dh, dc of what it made to those of what it had; returns dx.
  Row backward(const Cell& cell, Row& dh, Row& dc) const {
    const std::size_t size = dh.size();
    Row gates(4 * size);
    for (std::size_t j = 0; j < size; ++j) {
      const double in = cell.gates[j], forget = cell.gates[size + j];
      const double candidate = cell.gates[2 * size + j], out = cell.gates[3 * size + j], t = cell.tanhC[j];
      const double d = dc[j] + dh[j] * out * (1 - t * t);
      gates[j] = d * candidate * in * (1 - in);
      gates[size + j] = d * cell.cBefore[j] * forget * (1 - forget);
      gates[2 * size + j] = d * in * (1 - candidate * candidate);
      gates[3 * size + j] = dh[j] * t * out * (1 - out);
      dc[j] = d * forget;
    }
    input.learn(gates, cell.x);
    hidden.learn(gates, cell.hBefore);
    inputBias.learn(gates, {1});
    hiddenBias.learn(gates, {1});
    dh = hidden.back(gates);
    return input.back(gates);
  }
};

/// The networks over their weights, and gradients that add up.
class Networks {
 public:
  explicit Networks(const ControllerInput& in)
      : gradient(static_cast<std::size_t>(in.shape.count())),
        s(in.shape),
        weights_(in.weights),
        tokens_(in.tokens),
        order_(in.order) {}

  /// An encoded sequence.
  struct Encoding {
    std::vector<Cell> cells;
    std::vector<Unit> units;
    Rows outputs;
    Row mean, embedding;
  };

  std::int64_t rowOf(int sequence) const { return order_ == nullptr ? sequence : order_[sequence]; }
  const std::int32_t* tokensOf(int sequence) const { return tokens_ + rowOf(sequence) * s.tokens; }

  Encoding encode(const std::int32_t* tokens) const {
    Encoding e;
    const Lstm lstm = encoder();
    Row h = zeros(s.hidden), c = h;
    for (int step = 0; step < s.steps(); ++step) {
      Row x;
      for (int i = 0; i < s.tokensPerStep; ++i) {
        const Row part = encoderTokens().row(tokens[step * s.tokensPerStep + i]);
        x.insert(x.end(), part.begin(), part.end());
      }
      e.cells.push_back(lstm.step(x, h, c));
      h = e.cells.back().h;
      c = e.cells.back().c;
      e.units.emplace_back(h);
      e.outputs.push_back(e.units.back().y);
    }
    embed(e);
    return e;
  }
  /// The embedding of outputs.
  void embed(Encoding& e) const {
    e.mean = zeros(s.hidden);
    for (const Row& output : e.outputs) add(output, 1.0 / s.steps(), e.mean);
    e.embedding = Unit(e.mean).y;
  }
  double predict(const Row& embedding) const {
    return sigmoid(regressor().times(embedding)[0] + regressorBias().times({1})[0]);
  }
  /// From the gradient of the embedding to that of each output, which is the same.
  Row outputGradient(const Encoding& e, const Row& dEmbedding) const {
    Row d = Unit(e.mean).backward(dEmbedding);
    for (double& each : d) each /= s.steps();
    return d;
  }

  /// One position of the decoder: attention and logits.
  struct Position {
    Row weights, joined, tanh, logits;
  };
  Position attend(const Row& q, const Rows& outputs) const {
    Position p;
    const Row projected = query().times(q);
    for (const Row& output : outputs) p.weights.push_back(dot(projected, output));
    p.weights = softmax(p.weights);
    p.joined = zeros(s.hidden);
    for (std::size_t i = 0; i < outputs.size(); ++i) add(outputs[i], p.weights[i], p.joined);
    p.joined.insert(p.joined.end(), q.begin(), q.end());
    p.tanh = combination().times(p.joined);
    for (double& each : p.tanh) each = std::tanh(each);
    p.logits = output().times(p.tanh);
    add(outputBias().times({1}), 1, p.logits);
    return p;
  }
  /// Adds to dOutputs, returns dq.
  Row attendBackward(const Position& p, const Row& dLogits, const Row& q, const Rows& outputs, Rows& dOutputs) const {
    output().learn(dLogits, p.tanh);
    outputBias().learn(dLogits, {1});
    Row d = output().back(dLogits);
    for (std::size_t i = 0; i < d.size(); ++i) d[i] *= 1 - p.tanh[i] * p.tanh[i];
    combination().learn(d, p.joined);
    const Row dJoined = combination().back(d);
    const Row dContext(dJoined.begin(), dJoined.begin() + s.hidden);
    Row dq(dJoined.begin() + s.hidden, dJoined.end());
    Row dWeights;
    for (const Row& each : outputs) dWeights.push_back(dot(dContext, each));
    const double mean = dot(dWeights, p.weights);
    const Row projected = query().times(q);
    Row dProjected = zeros(s.hidden);
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      const double dScore = p.weights[i] * (dWeights[i] - mean);
      add(dContext, p.weights[i], dOutputs[i]);
      add(projected, dScore, dOutputs[i]);
      add(outputs[i], dScore, dProjected);
    }
    query().learn(dProjected, q);
    add(query().back(dProjected), 1, dq);
    return dq;
  }

  Lstm encoder() const {
    return {matrix(s.encoderInput(), s.gates(), s.inputs()), matrix(s.encoderHidden(), s.gates(), s.hidden),
            matrix(s.encoderInputBias(), s.gates(), 1), matrix(s.encoderHiddenBias(), s.gates(), 1)};
  }
  Lstm decoder() const {
    return {matrix(s.decoderInput(), s.gates(), s.hidden), matrix(s.decoderHidden(), s.gates(), s.hidden),
            matrix(s.decoderInputBias(), s.gates(), 1), matrix(s.decoderHiddenBias(), s.gates(), 1)};
  }
  Matrix encoderTokens() const { return matrix(s.encoderEmbedding(), s.vocabulary, s.embedding); }
  Matrix decoderTokens() const { return matrix(s.decoderEmbedding(), s.vocabulary, s.hidden); }
  Matrix regressor() const { return matrix(s.regressor(), 1, s.hidden); }
  Matrix regressorBias() const { return matrix(s.regressorBias(), 1, 1); }

  mutable std::vector<double> gradient;
  const ControllerShape s;

 private:
  Matrix query() const { return matrix(s.query(), s.hidden, s.hidden); }
  Matrix combination() const { return matrix(s.combination(), s.hidden, 2 * s.hidden); }
  Matrix output() const { return matrix(s.output(), s.vocabulary, s.hidden); }
  Matrix outputBias() const { return matrix(s.outputBias(), s.vocabulary, 1); }

  Matrix matrix(std::int64_t offset, int rows, int columns) const {
    return {weights_ + offset, gradient.data() + offset, rows, columns, columns};
  }

  const float* const weights_;
  const std::int32_t* const tokens_;
  const std::int32_t* const order_;
};

/// Forward and backward of one sequence; adds to losses.
void train(const ControllerTrain& p, const Networks& net, int sequence, double* losses) {
  const ControllerShape& s = net.s;
  const std::int32_t* tokens = net.tokensOf(sequence);
  const Networks::Encoding e = net.encode(tokens);
  const double prediction = net.predict(e.embedding);
  const double error = prediction - static_cast<double>(p.targets[net.rowOf(sequence)]);
  losses[0] += error * error;
  if (p.predictions != nullptr) p.predictions[sequence] = static_cast<float>(prediction);

  const Lstm lstm = net.decoder();
  std::vector<Cell> cells;
  std::vector<Networks::Position> positions;
  Rows dLogits;
  Row h = e.embedding, c = e.embedding;
  for (int t = 0; t < s.tokens; ++t) {
    cells.push_back(lstm.step(net.decoderTokens().row(t == 0 ? 0 : tokens[t - 1]), h, c));
    h = cells.back().h;
    c = cells.back().c;
    positions.push_back(net.attend(h, e.outputs));
    const Row probabilities = softmax(positions.back().logits);
    const double share = (1 - static_cast<double>(p.tradeoff)) / (static_cast<double>(p.input.sequences) * s.tokens);
    dLogits.push_back(zeros(s.vocabulary));
    for (int v = 0; v < s.vocabulary; ++v) {
      const auto at = static_cast<std::size_t>(v);
      dLogits.back()[at] = share * (probabilities[at] - (v == tokens[t] ? 1 : 0));
      if (p.logProbabilities != nullptr)
        p.logProbabilities[(static_cast<std::int64_t>(sequence) * s.tokens + t) * s.vocabulary + v] =
            static_cast<float>(std::log(probabilities[at]));
    }
    losses[1] -= std::log(probabilities[static_cast<std::size_t>(tokens[t])]) / s.tokens;
  }
  if (p.gradients == nullptr) return;

  Rows dOutputs = zeros(s.steps(), s.hidden);
  Row dh = zeros(s.hidden), dc = dh;
  for (int t = s.tokens - 1; t >= 0; --t) {
    const auto at = static_cast<std::size_t>(t);
    add(net.attendBackward(positions[at], dLogits[at], cells[at].h, e.outputs, dOutputs), 1, dh);
    net.decoderTokens().learnRow(t == 0 ? 0 : tokens[t - 1], 1, lstm.backward(cells[at], dh, dc));
  }
  Row dEmbedding = dh;
  add(dc, 1, dEmbedding);
  const double dz = 2 * static_cast<double>(p.tradeoff) / p.input.sequences * error * prediction * (1 - prediction);
  net.regressor().learn({dz}, e.embedding);
  net.regressorBias().learn({dz}, {1});
  add(net.regressor().row(0), dz, dEmbedding);
  const Row dOutput = net.outputGradient(e, dEmbedding);

  dh = dc = zeros(s.hidden);
  const Lstm encoder = net.encoder();
  for (int step = s.steps() - 1; step >= 0; --step) {
    const auto at = static_cast<std::size_t>(step);
    add(dOutput, 1, dOutputs[at]);
    add(e.units[at].backward(dOutputs[at]), 1, dh);
    const Row dx = encoder.backward(e.cells[at], dh, dc);
    for (int i = 0; i < s.tokensPerStep; ++i)
      net.encoderTokens().learnRow(tokens[step * s.tokensPerStep + i], 1,
                                   Row(dx.begin() + i * s.embedding, dx.begin() + (i + 1) * s.embedding));
  }
}

/// The outputs moved uphill, and their embedding.
Networks::Encoding moved(const Networks& net, Networks::Encoding e, double stepSize) {
  const double prediction = net.predict(e.embedding);
  Row d = net.regressor().row(0);
  for (double& each : d) each *= prediction * (1 - prediction);
  d = net.outputGradient(e, d);
  for (Row& output : e.outputs) {
    add(d, stepSize, output);
    output = Unit(output).y;
  }
  net.embed(e);
  return e;
}

void decode(const Networks& net, const Networks::Encoding& e, const std::int32_t* legal, std::int32_t* tokens) {
  const Lstm lstm = net.decoder();
  Row h = e.embedding, c = e.embedding;
  std::int32_t before = 0;
  for (int t = 0; t < net.s.tokens; ++t) {
    const Cell cell = lstm.step(net.decoderTokens().row(before), h, c);
    h = cell.h;
    c = cell.c;
    const Row logits = net.attend(h, e.outputs).logits;
    before = legal[2 * t];
    for (std::int32_t token = before + 1; token < legal[2 * t + 1]; ++token)
      if (logits[static_cast<std::size_t>(token)] > logits[static_cast<std::size_t>(before)]) before = token;
    tokens[t] = before;
  }
}

}  // namespace

std::int64_t scratchFloats(const ControllerTrain&) { return 0; }

void run(const ControllerTrain& p, int group, float*) {
  const Networks net(p.input);
  double* losses = p.losses + 2 * group;
  losses[0] = losses[1] = 0;
  for (int n = p.input.firstOf(group); n < p.input.firstOf(group + 1); ++n) train(p, net, n, losses);
  if (p.gradients == nullptr) return;
  float* gradient = p.gradients + group * p.input.shape.count();
  for (std::size_t i = 0; i < net.gradient.size(); ++i) gradient[i] = static_cast<float>(net.gradient[i]);
}

std::int64_t scratchFloats(const ControllerEncode&) { return 0; }

void run(const ControllerEncode& p, int group, float*) {
  const Networks net(p.input);
  for (int n = p.input.firstOf(group); n < p.input.firstOf(group + 1); ++n) {
    const Networks::Encoding e = net.encode(net.tokensOf(n));
    p.predictions[n] = static_cast<float>(net.predict(e.embedding));
    if (p.embeddings == nullptr) continue;
    for (int j = 0; j < net.s.hidden; ++j)
      p.embeddings[static_cast<std::int64_t>(n) * net.s.hidden + j] =
          static_cast<float>(e.embedding[static_cast<std::size_t>(j)]);
  }
}

std::int64_t scratchFloats(const ControllerGenerate&) { return 0; }

void run(const ControllerGenerate& p, int group, float*) {
  const Networks net(p.input);
  for (int n = p.input.firstOf(group); n < p.input.firstOf(group + 1); ++n) {
    const Networks::Encoding seed = net.encode(net.tokensOf(n));
    for (int i = 0; i < p.stepSizes; ++i) {
      const Networks::Encoding e = moved(net, seed, static_cast<double>(p.stepSize[i]));
      const std::int64_t row = static_cast<std::int64_t>(i) * p.input.sequences + n;
      p.predictions[row] = static_cast<float>(net.predict(e.embedding));
      decode(net, e, p.legal, p.generated + row * net.s.tokens);
    }
  }
}

}  // namespace nao::kernels::ref
