// The decoder's attention and output layer over one sequence by the threads of one item; cpu/attention.h has the
// formulas with keys and values. All positions at once in training, one at a time where a sequence is written.
#pragma once

#include "kernels/cuda/lstm_steps.cuh"

namespace nao::kernels::cuda {

template <class T>
struct AttentionWeights {
  T* query;        // Q [H][H]
  T* combination;  // C [H][2H], for contexts and for q
  T* output;       // O [V][H]
  T* outputBias;   // [V]
};

/// An attention and what it keeps, in device memory.
struct Attention {
  int vocabulary, size, steps, positions;
  float *keys, *values;                  // [steps][H]
  float* weights;                        // [positions][steps]
  float* tanhs;                          // [positions][H]
  float* logits;                         // [positions][V]
  float* tanhGradients;                  // [positions][H]
  float* weightGradients;                // [positions][steps]
  float *keyGradients, *valueGradients;  // [steps][H]
};

__device__ inline float largestOfWarp(float value) {
  for (int distance = 16; distance > 0; distance /= 2)
    value = fmaxf(value, __shfl_xor_sync(0xffffffffu, value, distance));
  return value;
}

/// What a warp makes of x [count]: x and its exponentials' sum, by largest + log(sum) of which log-probabilities differ
/// from x. All lanes call.
struct SoftmaxOfWarp {
  float largest = -INFINITY, sum = 0;

  __device__ SoftmaxOfWarp(const float* x, int count) {
    const int lane = threadIdx.x % 32;
    for (int i = lane; i < count; i += 32) largest = fmaxf(largest, x[i]);
    largest = largestOfWarp(largest);
    for (int i = lane; i < count; i += 32) sum += expf(x[i] - largest);
    sum = sumOverWarp(sum);
  }
};

/// Replaces x [count] by its softmax. All lanes of a warp call.
__device__ inline void softmaxOfWarp(float* x, int count) {
  const SoftmaxOfWarp s(x, count);
  for (int i = threadIdx.x % 32; i < count; i += 32) x[i] = expf(x[i] - s.largest) / s.sum;
}

/// Keys and values of what the encoder left, e [steps][H].
__device__ inline void attendTo(const Attention& a, const AttentionWeights<const float>& w, const float* e) {
  const int h = a.size;
  multiply(a.steps, h, h, rowsOf(e, h), rowsOf(w.query, h), a.keys, h, Write::kOver);
  multiply(a.steps, h, h, rowsOf(e, h), transposedRowsOf(w.combination, 2 * h), a.values, h, Write::kOver);
}

/// Logits, without their bias, of all positions from the decoder's outputs q [positions][H].
__device__ inline void attendForward(const Attention& a, const AttentionWeights<const float>& w, const float* q) {
  const int h = a.size;
  multiply(a.positions, a.steps, h, rowsOf(q, h), transposedRowsOf(a.keys, h), a.weights, a.steps, Write::kOver);
  for (int t = threadIdx.x / 32; t < a.positions; t += kWarps) softmaxOfWarp(a.weights + t * a.steps, a.steps);
  multiply(a.positions, h, h, rowsOf(q, h), transposedRowsOf(w.combination + h, 2 * h), a.tanhs, h, Write::kOver);
  multiply(a.positions, h, a.steps, rowsOf(a.weights, a.steps), rowsOf(a.values, h), a.tanhs, h, Write::kAdd);
  for (int i = threadIdx.x; i < a.positions * h; i += kThreads) a.tanhs[i] = hyperbolicTangent(a.tanhs[i]);
  multiply(a.positions, a.vocabulary, h, rowsOf(a.tanhs, h), transposedRowsOf(w.output, h), a.logits, a.vocabulary,
           Write::kOver);
}

/// From the gradients in `logits` to those of the weights, of q and of e, dq [positions][H] and de [steps][H].
__device__ inline void attendBackward(const Attention& a, const AttentionWeights<const float>& w, const float* q,
                                      const float* e, float* dq, float* de, const AttentionWeights<float>& dw,
                                      Write write) {
  const int h = a.size, v = a.vocabulary, positions = a.positions, steps = a.steps;
  float* const d = a.tanhGradients;
  multiply(v, h, positions, transposedRowsOf(a.logits, v), rowsOf(a.tanhs, h), dw.output, h, write);
  for (int k = threadIdx.x; k < v; k += kThreads) {
    float sum = write == Write::kAdd ? dw.outputBias[k] : 0.0f;
    for (int t = 0; t < positions; ++t) sum += a.logits[t * v + k];
    dw.outputBias[k] = sum;
  }
  multiply(positions, h, v, rowsOf(a.logits, v), rowsOf(w.output, h), d, h, Write::kOver);
  for (int i = threadIdx.x; i < positions * h; i += kThreads) d[i] *= fmaf(-a.tanhs[i], a.tanhs[i], 1.0f);
  multiply(h, h, positions, transposedRowsOf(d, h), rowsOf(q, h), dw.combination + h, 2 * h, write);
  multiply(positions, h, h, rowsOf(d, h), rowsOf(w.combination + h, 2 * h), dq, h, Write::kOver);

  multiply(positions, steps, h, rowsOf(d, h), transposedRowsOf(a.values, h), a.weightGradients, steps, Write::kOver);
  for (int t = threadIdx.x / 32; t < positions; t += kWarps) {
    const float* const weights = a.weights + t * steps;
    float* const gradients = a.weightGradients + t * steps;
    float mean = 0;
    for (int s = threadIdx.x % 32; s < steps; s += 32) mean = fmaf(weights[s], gradients[s], mean);
    mean = sumOverWarp(mean);
    for (int s = threadIdx.x % 32; s < steps; s += 32) gradients[s] = weights[s] * (gradients[s] - mean);
  }
  multiply(positions, h, steps, rowsOf(a.weightGradients, steps), rowsOf(a.keys, h), dq, h, Write::kAdd);
  multiply(steps, h, positions, transposedRowsOf(a.weightGradients, steps), rowsOf(q, h), a.keyGradients, h,
           Write::kOver);
  multiply(steps, h, positions, transposedRowsOf(a.weights, steps), rowsOf(d, h), a.valueGradients, h, Write::kOver);
  multiply(h, h, steps, transposedRowsOf(e, h), rowsOf(a.keyGradients, h), dw.query, h, write);
  multiply(h, h, steps, transposedRowsOf(a.valueGradients, h), rowsOf(e, h), dw.combination, 2 * h, write);
  multiply(steps, h, h, rowsOf(a.keyGradients, h), transposedRowsOf(w.query, h), de, h, Write::kOver);
  multiply(steps, h, h, rowsOf(a.valueGradients, h), rowsOf(w.combination, 2 * h), de, h, Write::kAdd);
}

}  // namespace nao::kernels::cuda
