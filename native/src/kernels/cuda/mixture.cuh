// Softmax of rows: a warp per row; its gradient: a warp per term, then a thread per element. ref/mixture.cpp has the
// formulas.
#pragma once

#include "kernels/cuda/item.cuh"
#include "kernels/cuda/on_device.cuh"

namespace nao::kernels::cuda {

__device__ inline void mixture(const Mixture& p, int) {
  const int lane = threadIdx.x % 32;
  for (int row = threadIdx.x / 32; row < p.rows; row += kWarps) {
    const float* logits = p.logits + static_cast<std::int64_t>(row) * p.columns;
    float* weights = p.weights + static_cast<std::int64_t>(row) * p.columns;
    float largest = logits[0];
    for (int c = 1; c < p.columns; ++c) largest = fmaxf(largest, logits[c]);
    double sum = 0;
    for (int c = lane; c < p.columns; c += 32) sum += exp(static_cast<double>(logits[c]) - largest);
    sum = sumOverWarp(sum);
    for (int c = lane; c < p.columns; c += 32)
      weights[c] = static_cast<float>(exp(static_cast<double>(logits[c]) - largest) / sum);
  }
}

__device__ inline void mixtureBackward(const MixtureBackward& p, int) {
  DYNAMIC_SHARED(double, ofWeight);  // [termCount]
  const int lane = threadIdx.x % 32, columns = p.forward.columns;
  for (int t = threadIdx.x / 32; t < p.termCount; t += kWarps) {
    const MixtureTerm& term = p.terms[t];
    const double* const firstSlot = term.sums;
    const int channels = term.channels, slots = p.slots;
    double gradient = 0;
    for (int c = lane; c < channels; c += 32) {
      double g = 0, gx = 0;
#pragma unroll 8
      for (int slot = 0; slot < slots; ++slot) {
        const double* sums = firstSlot + static_cast<std::int64_t>(slot) * 2 * channels;
        g += sums[c];
        gx += sums[channels + c];
      }
      gradient +=
          term.scale != nullptr ? static_cast<double>(term.scale[c]) * gx + static_cast<double>(term.shift[c]) * g : gx;
    }
    gradient = sumOverWarp(gradient);
    if (lane == 0) ofWeight[t] = gradient;
  }
  __syncthreads();
  for (int e = threadIdx.x; e < p.forward.rows * columns; e += kThreads) {
    double gradient = 0;
    for (int t = 0; t < p.termCount; ++t) {
      const int element = p.terms[t].element;
      if (element / columns != e / columns) continue;
      const double own = p.forward.weights[element];
      gradient += p.forward.weights[e] * ((e == element ? 1.0 : 0.0) - own) * ofWeight[t];
    }
    p.gradient[e] += static_cast<float>(gradient);
  }
}

template <>
struct OnDevice<Mixture> : OneItem, NoDynamicMemory, NoProducts, WaitsFirst {
  template <class P>
  static __device__ void run(const Mixture& p, int item) {
    mixture(p, item);
  }
};

template <>
struct OnDevice<MixtureBackward> : OneItem, NoProducts, WaitsFirst {
  static std::size_t sharedBytes(const MixtureBackward& p) {
    return static_cast<std::size_t>(p.termCount) * sizeof(double);
  }
  template <class P>
  static __device__ void run(const MixtureBackward& p, int item) {
    mixtureBackward(p, item);
  }
};

}  // namespace nao::kernels::cuda
