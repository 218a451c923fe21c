// Batch normalisation from sums: an item adds the slots of some channels. ref/batch_norm.cpp has the formulas.
#pragma once

#include "kernels/cuda/item.cuh"

namespace nao::kernels::cuda {

constexpr int kNormChannels = kThreads / 2;  // of an item: a thread for each of the two sums
constexpr std::size_t kNormBytes = kThreads * sizeof(double);

/// Adds the slots, [slots][2][channels], of an item's channels, and calls f(channel, first sum, second sum). Threads
/// that are left over share the slots of a sum.
template <class F>
__device__ inline void eachSummedChannel(const double* sums, int slots, int channels, int item, F&& f) {
  DYNAMIC_SHARED(double, partial);  // [share][which][channel]
  const int first = item * kNormChannels, count = min(kNormChannels, channels - first);
  const int shares = kThreads / (2 * count), share = static_cast<int>(threadIdx.x) / (2 * count);
  const int which = static_cast<int>(threadIdx.x) / count % 2, c = static_cast<int>(threadIdx.x) % count;
  double sum = 0;
  if (share < shares) {
#pragma unroll 8
    for (int slot = share; slot < slots; slot += shares)
      sum += sums[(static_cast<std::int64_t>(slot) * 2 + which) * channels + first + c];
  }
  __syncthreads();  // whatever was in shared memory before has been read
  partial[threadIdx.x] = sum;
  __syncthreads();
  if (threadIdx.x >= static_cast<unsigned>(count)) return;
  double both[2] = {0, 0};
  for (int i = 0; i < 2 * shares; ++i) both[i % 2] += partial[i * count + c];
  f(first + c, both[0], both[1]);
}

__device__ inline float blend(float running, double value, float momentum) {
  return static_cast<float>((1.0 - momentum) * running + momentum * value);
}

__device__ inline void batchNorm(const BatchNorm& p, int item) {
  eachSummedChannel(p.sums, p.useRunning ? 0 : p.slots, p.channels, item, [&](int c, double sum, double squares) {
    double mean, variance;
    if (p.useRunning) {
      mean = p.runningMean[c];
      variance = p.runningVariance[c];
    } else {
      mean = sum / p.count;
      // Rounding of the two sums can leave a constant channel just below zero.
      variance = fmax(squares / p.count - mean * mean, 0.0);
    }
    if (!p.useRunning && p.updateRunning && p.runningMean != nullptr) {
      const double unbiased = p.count > 1 ? variance * p.count / (p.count - 1) : variance;
      p.runningMean[c] = blend(p.runningMean[c], mean, p.momentum);
      p.runningVariance[c] = blend(p.runningVariance[c], unbiased, p.momentum);
    }
    const double inverse = 1 / sqrt(variance + p.epsilon);
    const double scale = (p.gamma != nullptr ? p.gamma[c] : 1.0f) * inverse;
    p.mean[c] = static_cast<float>(mean);
    p.inverse[c] = static_cast<float>(inverse);
    p.scale[c] = static_cast<float>(scale);
    p.shift[c] = static_cast<float>((p.beta != nullptr ? p.beta[c] : 0.0f) - mean * scale);
  });
}

__device__ inline void batchNormBackward(const BatchNormBackward& p, int item) {
  const double weight = p.weight != nullptr ? *p.weight : 1.0f;
  eachSummedChannel(p.sums, p.slots, p.channels, item, [&](int c, double ofGradients, double ofProducts) {
    const double scale = p.scale[c], mean = p.mean[c], inverse = p.inverse[c];
    const double s1 = weight * ofGradients;
    const double s2 = (weight * ofProducts - mean * s1) * inverse;
    const double ofY = -scale * inverse * s2 / p.count;
    p.coefficients[c] = static_cast<float>(scale * weight);
    p.coefficients[p.channels + c] = static_cast<float>(ofY);
    p.coefficients[2 * p.channels + c] = static_cast<float>(-scale * s1 / p.count - ofY * mean);
    if (p.gammaGradient != nullptr) p.gammaGradient[c] += static_cast<float>(s2);
    if (p.betaGradient != nullptr) p.betaGradient[c] += static_cast<float>(s1);
  });
}

/// All items of a batch normalisation, by the block of threads that made the last of its sums.
__device__ inline void finish(const Finish& f) {
  if (!nao::cuda::lastToArrive(f.arrived, f.producers)) return;
  if (f.backward) {
    const BatchNormBackward& p = *static_cast<const BatchNormBackward*>(f.parameters);
    for (int item = 0; item * kNormChannels < p.channels; ++item) batchNormBackward(p, item);
  } else {
    const BatchNorm& p = *static_cast<const BatchNorm*>(f.parameters);
    for (int item = 0; item * kNormChannels < p.channels; ++item) batchNorm(p, item);
  }
}

}  // namespace nao::kernels::cuda
