// Adam: a thread per parameter. The clip is read on the device, so that a step needs no answer from it.
#pragma once

#include "kernels/cuda/item.cuh"
#include "kernels/cuda/on_device.cuh"

namespace nao::kernels::cuda {

__device__ inline void adam(const Adam& p, int item) {
  if (p.clip->finite == 0) return;
  const Range& range = nao::cuda::inDeviceMemory(p.ranges)[item];
  const int count = static_cast<int>(range.count);
  float *const value = p.value + range.offset, *const first = p.first + range.offset;
  float* const second = p.second + range.offset;
  const float* const gradient = p.gradient + range.offset;
  const float scale = p.clip->scale, rate = p.rate, decay = p.weightDecay;
  const float beta1 = p.beta1, beta2 = p.beta2, root = p.rootOfCorrection, epsilon = p.epsilon;
  constexpr int kEach = 4, kAtOnce = kEach * kThreads;
  for (int begin = static_cast<int>(threadIdx.x); begin < count; begin += kAtOnce) {
    float values[kEach], firsts[kEach], seconds[kEach], gradients[kEach];
#pragma unroll
    for (int k = 0; k < kEach; ++k) {
      const int i = begin + k * kThreads;
      values[k] = i < count ? value[i] : 0.0f;
      firsts[k] = i < count ? first[i] : 0.0f;
      seconds[k] = i < count ? second[i] : 0.0f;
      gradients[k] = i < count ? gradient[i] : 0.0f;
    }
#pragma unroll
    for (int k = 0; k < kEach; ++k) {
      const int i = begin + k * kThreads;
      if (i >= count) continue;
      const float g = scale * gradients[k] + decay * values[k];
      const float m = beta1 * firsts[k] + (1 - beta1) * g, v = beta2 * seconds[k] + (1 - beta2) * g * g;
      first[i] = m;
      second[i] = v;
      value[i] = values[k] - rate * m / (sqrtf(v) / root + epsilon);
    }
  }
}

template <>
struct OnDevice<Adam> : ItemPerRange, NoDynamicMemory, NoProducts, WaitsFirst {
  template <class P>
  static __device__ void run(const Adam& p, int item) {
    adam(p, item);
  }
};

}  // namespace nao::kernels::cuda
