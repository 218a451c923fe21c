// Batch normalisation from sums: a warp per channel, which adds the slots. ref/batch_norm.cpp has the formulas.
#pragma once

#include "kernels/cuda/item.cuh"

namespace nao::kernels::cuda {

constexpr int kNormChannels = kWarps;  // of an item

/// Adds the slots of one channel; all lanes of the warp call.
__device__ inline double sumOverSlots(const double* sums, int slots, int channels, int which, int c) {
  double sum = 0;
  for (int slot = threadIdx.x % 32; slot < slots; slot += 32)
    sum += sums[(static_cast<std::int64_t>(slot) * 2 + which) * channels + c];
  return sumOverWarp(sum);
}

__device__ inline float blend(float running, double value, float momentum) {
  return static_cast<float>((1.0 - momentum) * running + momentum * value);
}

__device__ inline void batchNorm(const BatchNorm& p, int item) {
  const int c = item * kNormChannels + static_cast<int>(threadIdx.x) / 32;
  if (c >= p.channels) return;
  double mean, variance;
  if (p.useRunning) {
    mean = p.runningMean[c];
    variance = p.runningVariance[c];
  } else {
    mean = sumOverSlots(p.sums, p.slots, p.channels, 0, c) / p.count;
    // Rounding of the two sums can leave a constant channel just below zero.
    variance = fmax(sumOverSlots(p.sums, p.slots, p.channels, 1, c) / p.count - mean * mean, 0.0);
  }
  if (threadIdx.x % 32 != 0) return;
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
}

__device__ inline void batchNormBackward(const BatchNormBackward& p, int item) {
  const int c = item * kNormChannels + static_cast<int>(threadIdx.x) / 32;
  if (c >= p.channels) return;
  const double scale = p.scale[c], mean = p.mean[c], inverse = p.inverse[c];
  const double weight = p.weight != nullptr ? *p.weight : 1.0f;
  const double s1 = weight * sumOverSlots(p.sums, p.slots, p.channels, 0, c);
  const double s2 = (weight * sumOverSlots(p.sums, p.slots, p.channels, 1, c) - mean * s1) * inverse;
  if (threadIdx.x % 32 != 0) return;
  const double ofY = -scale * inverse * s2 / p.count;
  p.coefficients[c] = static_cast<float>(scale * weight);
  p.coefficients[p.channels + c] = static_cast<float>(ofY);
  p.coefficients[2 * p.channels + c] = static_cast<float>(-scale * s1 / p.count - ofY * mean);
  if (p.gammaGradient != nullptr) p.gammaGradient[c] += static_cast<float>(s2);
  if (p.betaGradient != nullptr) p.betaGradient[c] += static_cast<float>(s1);
}

}  // namespace nao::kernels::cuda
