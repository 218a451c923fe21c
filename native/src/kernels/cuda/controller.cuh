// The controller's networks: an item is a group of sequences, one after another. Only the steps of the two LSTMs follow
// each other; everything else is made of all steps at once. families/controller.h has the formulas.
#pragma once

#include "kernels/cuda/attention.cuh"
#include "kernels/cuda/lstm_steps.cuh"
#include "kernels/cuda/on_device.cuh"

namespace nao::kernels::cuda {

constexpr float kLeastNorm = 1e-12f;

template <class T>
__device__ LstmWeights<T> encoderWeights(const ControllerShape& s, T* all) {
  return {all + s.encoderEmbedding(), all + s.encoderInput(), all + s.encoderHidden(), all + s.encoderInputBias(),
          all + s.encoderHiddenBias()};
}
template <class T>
__device__ LstmWeights<T> decoderWeights(const ControllerShape& s, T* all) {
  return {all + s.decoderEmbedding(), all + s.decoderInput(), all + s.decoderHidden(), all + s.decoderInputBias(),
          all + s.decoderHiddenBias()};
}
template <class T>
__device__ AttentionWeights<T> attentionWeights(const ControllerShape& s, T* all) {
  return {all + s.query(), all + s.combination(), all + s.output(), all + s.outputBias()};
}

/// Shared memory of an item, in this order behind what products and steps go through.
struct ControllerShared {
  double* sums;      // [kWarps]
  float* embedding;  // [H]
  float* slope;      // [H]
  float* position;   // [S + 2H + V], of a position that is written
  int* tokens;       // [1 + T], the 0 before the first, and the sequence

  __device__ ControllerShared(const ControllerShape& s, float* memory)
      : sums(reinterpret_cast<double*>(memory + spaceFloats(s))),
        embedding(reinterpret_cast<float*>(sums + kWarps)),
        slope(embedding + s.hidden),
        position(slope + s.hidden),
        tokens(reinterpret_cast<int*>(position + s.steps() + 2 * s.hidden + s.vocabulary)) {}

  static constexpr int spaceFloats(const ControllerShape& s) {
    const int steps = (stepsFloats(s.hidden) + 1) / 2 * 2;  // doubles follow
    return steps > kBlockProductFloats ? steps : kBlockProductFloats;
  }
  static std::size_t bytes(const ControllerShape& s) {
    return kWarps * sizeof(double) + sizeof(float) * static_cast<std::size_t>(spaceFloats(s) + 4 * s.hidden +
                                                                              s.steps() + s.vocabulary + 1 + s.tokens);
  }
};

/// Of a forward whose tokens are known.
struct Nothing {
  __device__ void operator()(int) const {}
};

/// x [count] to unit length; the norm. All lanes of a warp call.
__device__ inline float makeUnitByWarp(const float* x, float* unit, int count) {
  float squares = 0;
  for (int i = threadIdx.x % 32; i < count; i += 32) squares = fmaf(x[i], x[i], squares);
  const float norm = fmaxf(sqrtf(sumOverWarp(squares)), kLeastNorm);
  for (int i = threadIdx.x % 32; i < count; i += 32) unit[i] = x[i] / norm;
  return norm;
}

/// The networks on an item's work.
class ControllerItem {
 public:
  __device__ ControllerItem(const ControllerInput& input, int group, float* memory)
      : in(input), s(input.shape), shared(s, memory) {
    const ControllerWork at(s);
    float* const work = nao::cuda::inDeviceMemory(input.work + group * at.floats);
    weights = nao::cuda::inDeviceMemory(input.weights);
    encoder = lstm(at.encoder, work, s.tokensPerStep, s.embedding, s.steps());
    decoder = lstm(at.decoder, work, 1, s.hidden, s.tokens);
    outputs = work + at.outputs;
    outputGradients = work + at.outputGradients;
    norms = work + at.norms;
    dQueries = work + at.dQueries;
    attention = {s.vocabulary,
                 s.hidden,
                 s.steps(),
                 s.tokens,
                 work + at.keys,
                 work + at.values,
                 work + at.weights,
                 work + at.tanhs,
                 work + at.logits,
                 work + at.tanhGradients,
                 work + at.weightGradients,
                 work + at.keyGradients,
                 work + at.valueGradients};
  }

  __device__ std::int64_t rowOf(int sequence) const { return in.order == nullptr ? sequence : in.order[sequence]; }

  /// Outputs, embedding and prediction of a sequence, by the encoder's table.
  __device__ void encode(int sequence) {
    const std::int32_t* const tokens = in.tokens + rowOf(sequence) * s.tokens;
    for (int i = threadIdx.x; i <= s.tokens; i += kThreads) shared.tokens[i] = i == 0 ? 0 : tokens[i - 1];
    clear(encoder.hidden, s.hidden);
    __syncthreads();
    forward(encoder, s.encoderHidden(), shared.tokens + 1, Nothing());
    for (int step = threadIdx.x / 32; step < s.steps(); step += kWarps) {
      const float norm = makeUnitByWarp(encoder.hidden + (step + 1) * s.hidden, outputs + step * s.hidden, s.hidden);
      if (threadIdx.x % 32 == 0) norms[step] = norm;
    }
    __syncthreads();
    embed(outputs);
  }
  /// The embedding of outputs and its prediction. Ends with a barrier.
  __device__ void embed(const float* rows) {
    double squares = 0, z = 0;
    for (int j = threadIdx.x; j < s.hidden; j += kThreads) {
      float sum = 0;
      for (int step = 0; step < s.steps(); ++step) sum += rows[step * s.hidden + j];
      const float mean = sum / static_cast<float>(s.steps());
      shared.embedding[j] = mean;
      squares += mean * mean;
    }
    meanNorm = fmaxf(static_cast<float>(sqrt(sumOverThreads(squares, shared.sums))), kLeastNorm);
    for (int j = threadIdx.x; j < s.hidden; j += kThreads) {
      shared.embedding[j] /= meanNorm;
      z += shared.embedding[j] * weights[s.regressor() + j];
    }
    prediction = sigmoid(static_cast<float>(sumOverThreads(z, shared.sums)) + weights[s.regressorBias()]);
  }
  /// From the gradient of the embedding, in shared.slope, to that of each output, in its place. Ends with a barrier.
  __device__ void slopeOfOutputs() {
    double dot = 0;
    for (int j = threadIdx.x; j < s.hidden; j += kThreads) dot += shared.slope[j] * shared.embedding[j];
    const float along = meanNorm > kLeastNorm ? static_cast<float>(sumOverThreads(dot, shared.sums)) : 0.0f;
    const float factor = 1 / (meanNorm * static_cast<float>(s.steps()));
    for (int j = threadIdx.x; j < s.hidden; j += kThreads)
      shared.slope[j] = (shared.slope[j] - along * shared.embedding[j]) * factor;
    __syncthreads();
  }
  /// The decoder's first state from the embedding. Ends with a barrier.
  __device__ void startDecoder() const {
    for (int j = threadIdx.x; j < s.hidden; j += kThreads) decoder.hidden[j] = shared.embedding[j];
    __syncthreads();
  }

  template <class AfterStep>
  __device__ void forward(const Lstm& l, std::int64_t hiddenWeights, const int* tokens,
                          const AfterStep& afterStep) const {
    if (s.hidden <= kUnitsAtOnce)
      forwardInRegisters(l, weights + hiddenWeights, tokens, afterStep);
    else
      forwardFromMemory(l, weights + hiddenWeights, tokens, afterStep);
  }
  __device__ void backward(const Lstm& l, std::int64_t hiddenWeights, const float* dh, const int* tokens) const {
    if (s.hidden <= kUnitsAtOnce)
      backwardInRegisters(l, weights + hiddenWeights, dh, tokens, shared.slope);
    else
      backwardFromMemory(l, weights + hiddenWeights, dh, tokens, shared.slope);
  }
  const ControllerInput& in;
  const ControllerShape s;
  const ControllerShared shared;
  const float* weights;
  Lstm encoder, decoder;
  Attention attention;
  float *outputs, *outputGradients, *norms, *dQueries;
  float meanNorm = 0, prediction = 0;

 private:
  __device__ Lstm lstm(const ControllerWork::Lstm& at, float* work, int tokensPerStep, int embedding, int steps) const {
    return {s.vocabulary,
            tokensPerStep,
            embedding,
            s.hidden,
            steps,
            work + at.gates,
            work + at.hidden,
            work + at.cellSlopes,
            work + at.forgets,
            work + at.table,
            work + at.tableGradient};
  }
};

// ---- training

/// Makes the gradients of the logits of them; the sum of -log p(token) over the warp's positions, on its first lane.
__device__ inline double tokenLosses(const ControllerTrain& p, const ControllerItem& c, int sequence) {
  const int v = c.s.vocabulary, lane = threadIdx.x % 32;
  const float* const bias = c.weights + c.s.outputBias();
  const float share = (1 - p.tradeoff) / (static_cast<float>(p.input.sequences) * static_cast<float>(c.s.tokens));
  double loss = 0;
  for (int t = threadIdx.x / 32; t < c.s.tokens; t += kWarps) {
    float* const x = c.attention.logits + t * v;
    for (int i = lane; i < v; i += 32) x[i] += bias[i];
    const SoftmaxOfWarp softmax(x, v);
    const float normaliser = softmax.largest + logf(softmax.sum);
    const int token = c.shared.tokens[t + 1];
    float* const logs = p.logProbabilities == nullptr
                            ? nullptr
                            : p.logProbabilities + (static_cast<std::int64_t>(sequence) * c.s.tokens + t) * v;
    for (int i = lane; i < v; i += 32) {
      const float log = x[i] - normaliser;
      if (logs != nullptr) logs[i] = log;
      if (i == token) loss -= log;
      x[i] = share * (expf(log) - (i == token ? 1.0f : 0.0f));
    }
  }
  return loss;
}

__attribute__((noinline)) __device__ inline void controllerTrain(const ControllerTrain& p, int group) {
  DYNAMIC_SHARED(float, memory);
  ControllerItem c(p.input, group, memory);
  const ControllerShape& s = c.s;
  const bool backward = p.gradients != nullptr;
  float* const gradient = backward ? nao::cuda::inDeviceMemory(p.gradients + group * s.count()) : nullptr;
  const auto attentionOf = attentionWeights(s, c.weights);
  const float* const queries = c.decoder.hidden + s.hidden;
  makeTable(c.encoder, encoderWeights(s, c.weights));
  makeTable(c.decoder, decoderWeights(s, c.weights));
  if (backward) {
    clear(c.encoder.tableGradient, s.tokensPerStep * s.vocabulary * s.gates());
    clear(c.decoder.tableGradient, s.vocabulary * s.gates());
  }
  double squaredErrors = 0, tokenLoss = 0;
  const int first = p.input.firstOf(group), end = p.input.firstOf(group + 1);
  for (int n = first; n < end; ++n) {
    c.encode(n);
    c.startDecoder();
    c.forward(c.decoder, s.decoderHidden(), c.shared.tokens, Nothing());
    attendTo(c.attention, attentionOf, c.outputs);
    attendForward(c.attention, attentionOf, queries);
    tokenLoss += tokenLosses(p, c, n);
    const double error = static_cast<double>(c.prediction) - p.targets[c.rowOf(n)];
    squaredErrors += error * error;
    if (p.predictions != nullptr && threadIdx.x == 0) p.predictions[n] = c.prediction;
    __syncthreads();
    if (!backward) continue;

    const Write write = n == first ? Write::kOver : Write::kAdd;
    attendBackward(c.attention, attentionOf, queries, c.outputs, c.dQueries, c.outputGradients,
                   attentionWeights(s, gradient), write);
    c.backward(c.decoder, s.decoderHidden(), c.dQueries, c.shared.tokens);
    hiddenGradient(c.decoder, gradient + s.decoderHidden(), write);

    const float dz = 2 * p.tradeoff / static_cast<float>(p.input.sequences) * static_cast<float>(error) * c.prediction *
                     (1 - c.prediction);
    for (int j = threadIdx.x; j <= s.hidden; j += kThreads) {  // the bias is behind the regressor
      float* const at = gradient + s.regressor() + j;
      const float own = j < s.hidden ? dz * c.shared.embedding[j] : dz;
      *at = write == Write::kAdd ? *at + own : own;
      if (j < s.hidden) c.shared.slope[j] += dz * c.weights[s.regressor() + j];
    }
    __syncthreads();
    c.slopeOfOutputs();
    for (int step = threadIdx.x / 32; step < s.steps(); step += kWarps) {
      float* const d = c.outputGradients + step * s.hidden;
      const float* const e = c.outputs + step * s.hidden;
      const float norm = c.norms[step];
      float dot = 0;
      for (int j = threadIdx.x % 32; j < s.hidden; j += 32) dot = fmaf(d[j] + c.shared.slope[j], e[j], dot);
      dot = norm > kLeastNorm ? sumOverWarp(dot) : 0.0f;
      for (int j = threadIdx.x % 32; j < s.hidden; j += 32) d[j] = (d[j] + c.shared.slope[j] - dot * e[j]) / norm;
    }
    __syncthreads();
    c.backward(c.encoder, s.encoderHidden(), c.outputGradients, c.shared.tokens + 1);
    hiddenGradient(c.encoder, gradient + s.encoderHidden(), write);
  }
  if (backward) {
    tableGradients(c.encoder, encoderWeights(s, c.weights), encoderWeights(s, gradient));
    tableGradients(c.decoder, decoderWeights(s, c.weights), decoderWeights(s, gradient));
  }
  tokenLoss = sumOverThreads(tokenLoss, c.shared.sums);
  if (threadIdx.x != 0) return;
  p.losses[2 * group] = squaredErrors;
  p.losses[2 * group + 1] = tokenLoss / s.tokens;
}

template <>
struct OnDevice<ControllerTrain> : Present, NoProducts, WaitsFirst {
  static constexpr bool kApart = true;
  static int items(const ControllerTrain& p) { return p.input.groups; }
  static std::size_t sharedBytes(const ControllerTrain& p) { return ControllerShared::bytes(p.input.shape); }
  template <class P>
  static __device__ void run(const ControllerTrain& p, int item) {
    controllerTrain(p, item);
  }
};

// ---- encoding

__attribute__((noinline)) __device__ inline void controllerEncode(const ControllerEncode& p, int group) {
  DYNAMIC_SHARED(float, memory);
  ControllerItem c(p.input, group, memory);
  makeTable(c.encoder, encoderWeights(c.s, c.weights));
  for (int n = p.input.firstOf(group); n < p.input.firstOf(group + 1); ++n) {
    c.encode(n);
    if (threadIdx.x == 0) p.predictions[n] = c.prediction;
    if (p.embeddings != nullptr)
      for (int j = threadIdx.x; j < c.s.hidden; j += kThreads)
        p.embeddings[static_cast<std::int64_t>(n) * c.s.hidden + j] = c.shared.embedding[j];
    __syncthreads();
  }
}

template <>
struct OnDevice<ControllerEncode> : Present, NoProducts, WaitsFirst {
  static constexpr bool kApart = true;
  static int items(const ControllerEncode& p) { return p.input.groups; }
  static std::size_t sharedBytes(const ControllerEncode& p) { return ControllerShared::bytes(p.input.shape); }
  template <class P>
  static __device__ void run(const ControllerEncode& p, int item) {
    controllerEncode(p, item);
  }
};

// ---- generation

/// sums[i] = sum over k < depth of row(i)[k] x[k], for i < count: four threads a sum.
template <class Row>
__device__ inline void products(int count, int depth, const Row& row, const float* x, float* sums) {
  const int own = threadIdx.x / 4, part = threadIdx.x % 4;
  for (int first = 0; first < count; first += kUnitsAtOnce) {
    const int i = first + own;
    float sum = 0;
    if (i < count) {
      const float* const values = row(i);
#pragma unroll 4
      for (int k = part; k < depth; k += 4) sum = fmaf(values[k], x[k], sum);
    }
    sum += __shfl_xor_sync(0xffffffffu, sum, 1);
    sum += __shfl_xor_sync(0xffffffffu, sum, 2);
    if (i < count && part == 0) sums[i] = sum;
  }
}

/// The likeliest token from `begin` to `end`, the first of equals, on all lanes; all lanes of a warp call.
__device__ inline int likeliest(const float* logits, const float* bias, int begin, int end) {
  float best = -INFINITY;
  int at = end;
  for (int i = begin + static_cast<int>(threadIdx.x) % 32; i < end; i += 32) {
    const float logit = logits[i] + bias[i];
    if (at == end || logit > best) {
      best = logit;
      at = i;
    }
  }
  for (int distance = 16; distance > 0; distance /= 2) {
    const float other = __shfl_xor_sync(0xffffffffu, best, distance);
    const int otherAt = __shfl_xor_sync(0xffffffffu, at, distance);
    if (otherAt < end && (at == end || other > best || (other == best && otherAt < at))) {
      best = other;
      at = otherAt;
    }
  }
  return at < end ? at : begin;
}

/// Writes the tokens of a sequence from the embedding and from keys and values.
__device__ inline void writeTokens(const ControllerItem& c, const std::int32_t* legal, std::int32_t* generated) {
  const ControllerShape& s = c.s;
  const Attention& a = c.attention;
  const auto w = attentionWeights(s, c.weights);
  const int h = s.hidden, steps = s.steps();
  float *const scores = c.shared.position, *const own = scores + steps, *const tanhs = own + h,
               *const logits = tanhs + h;
  c.startDecoder();
  const auto afterStep = [&](int t) {
    const float* const q = c.decoder.hidden + (t + 1) * h;
    products(
        steps + h, h, [&](int i) { return i < steps ? a.keys + i * h : w.combination + (i - steps) * 2 * h + h; }, q,
        scores);
    __syncthreads();
    if (threadIdx.x < 32) softmaxOfWarp(scores, steps);
    __syncthreads();
    for (int j = threadIdx.x; j < h; j += kThreads) {
      float sum = own[j];
#pragma unroll 4
      for (int step = 0; step < steps; ++step) sum = fmaf(scores[step], a.values[step * h + j], sum);
      tanhs[j] = hyperbolicTangent(sum);
    }
    __syncthreads();
    products(
        s.vocabulary, h, [&](int i) { return w.output + i * h; }, tanhs, logits);
    __syncthreads();
    if (threadIdx.x < 32) {
      const int token = likeliest(logits, w.outputBias, legal[2 * t], legal[2 * t + 1]);
      if (threadIdx.x == 0) generated[t] = c.shared.tokens[t + 1] = token;
    }
    __syncthreads();
  };
  c.forward(c.decoder, s.decoderHidden(), c.shared.tokens, afterStep);
}

__attribute__((noinline)) __device__ inline void controllerGenerate(const ControllerGenerate& p, int group) {
  DYNAMIC_SHARED(float, memory);
  ControllerItem c(p.input, group, memory);
  const ControllerShape& s = c.s;
  float* const moved = c.outputGradients;
  makeTable(c.encoder, encoderWeights(s, c.weights));
  makeTable(c.decoder, decoderWeights(s, c.weights));
  for (int n = p.input.firstOf(group); n < p.input.firstOf(group + 1); ++n) {
    c.encode(n);
    for (int j = threadIdx.x; j < s.hidden; j += kThreads)
      c.shared.slope[j] = c.prediction * (1 - c.prediction) * c.weights[s.regressor() + j];
    __syncthreads();
    c.slopeOfOutputs();
    for (int i = 0; i < p.stepSizes; ++i) {
      const float stepSize = p.stepSize[i];
      for (int step = threadIdx.x / 32; step < s.steps(); step += kWarps) {
        float* const to = moved + step * s.hidden;
        for (int j = threadIdx.x % 32; j < s.hidden; j += 32)
          to[j] = fmaf(stepSize, c.shared.slope[j], c.outputs[step * s.hidden + j]);
        makeUnitByWarp(to, to, s.hidden);
      }
      __syncthreads();
      c.embed(moved);
      const std::int64_t row = static_cast<std::int64_t>(i) * p.input.sequences + n;
      if (threadIdx.x == 0) p.predictions[row] = c.prediction;
      attendTo(c.attention, attentionWeights(s, c.weights), moved);
      writeTokens(c, p.legal, p.generated + row * s.tokens);
    }
  }
}

template <>
struct OnDevice<ControllerGenerate> : Present, NoProducts, WaitsFirst {
  static constexpr bool kApart = true;
  static int items(const ControllerGenerate& p) { return p.input.groups; }
  static std::size_t sharedBytes(const ControllerGenerate& p) { return ControllerShared::bytes(p.input.shape); }
  template <class P>
  static __device__ void run(const ControllerGenerate& p, int item) {
    controllerGenerate(p, item);
  }
};

}  // namespace nao::kernels::cuda
