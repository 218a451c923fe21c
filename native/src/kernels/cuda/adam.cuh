// Adam: a thread per parameter. The clip is read on the device, so that a step needs no answer from it.
#pragma once

#include "kernels/cuda/item.cuh"
#include "kernels/cuda/on_device.cuh"

namespace nao::kernels::cuda {

constexpr int kAdamElements = 4 * kThreads;  // of an item

__device__ inline void adam(const Adam& p, int item) {
  if (p.clip->finite == 0) return;
  const std::int64_t begin = static_cast<std::int64_t>(item) * kAdamElements;
  const int count = static_cast<int>(p.count - begin < kAdamElements ? p.count - begin : kAdamElements);
  float *const value = p.value + begin, *const first = p.first + begin, *const second = p.second + begin;
  const float* const gradient = p.gradient + begin;
  const float scale = p.clip->scale, rate = p.rate, decay = p.weightDecay;
  const float beta1 = p.beta1, beta2 = p.beta2, root = p.rootOfCorrection, epsilon = p.epsilon;
  constexpr int kEach = kAdamElements / kThreads;
  float values[kEach], firsts[kEach], seconds[kEach], gradients[kEach];
#pragma unroll
  for (int k = 0; k < kEach; ++k) {
    const int i = static_cast<int>(threadIdx.x) + k * kThreads;
    values[k] = i < count ? value[i] : 0.0f;
    firsts[k] = i < count ? first[i] : 0.0f;
    seconds[k] = i < count ? second[i] : 0.0f;
    gradients[k] = i < count ? gradient[i] : 0.0f;
  }
#pragma unroll
  for (int k = 0; k < kEach; ++k) {
    const int i = static_cast<int>(threadIdx.x) + k * kThreads;
    if (i >= count) continue;
    const float g = scale * gradients[k] + decay * values[k];
    const float m = beta1 * firsts[k] + (1 - beta1) * g, v = beta2 * seconds[k] + (1 - beta2) * g * g;
    first[i] = m;
    second[i] = v;
    value[i] = values[k] - rate * m / (sqrtf(v) / root + epsilon);
  }
}

template <>
struct OnDevice<Adam> : Present, NoDynamicMemory, NoProducts, WaitsFirst {
  static int items(const Adam& p) { return itemsOf(p.count, kAdamElements); }
  template <class P>
  static __device__ void run(const Adam& p, int item) {
    adam(p, item);
  }
};

}  // namespace nao::kernels::cuda
