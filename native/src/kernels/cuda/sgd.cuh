// SGD with momentum: a thread per parameter. The clip is read on the device, so that a step needs no answer from it.
#pragma once

#include "kernels/cuda/item.cuh"
#include "kernels/cuda/on_device.cuh"

namespace nao::kernels::cuda {

constexpr int kUpdatedElements = 8 * kThreads;  // of an item

__device__ inline void sgd(const Sgd& p, int item) {
  if (p.clip != nullptr && p.clip->finite == 0) return;
  const float clipScale = p.clip != nullptr ? p.clip->scale : p.clipScale;
  const std::int64_t first = static_cast<std::int64_t>(item) * kUpdatedElements;
  const int count = static_cast<int>(p.count - first < kUpdatedElements ? p.count - first : kUpdatedElements);
  float* value = p.value + first;
  float* momentumBuffer = p.momentumBuffer + first;
  const float* gradient = p.gradient == nullptr ? nullptr : p.gradient + first;
  const float rate = p.learningRate, momentum = p.momentum, decay = p.weightDecay;
  const bool nesterov = p.nesterov;
  constexpr int kEach = kUpdatedElements / kThreads;
  float values[kEach], momenta[kEach], gradients[kEach];
#pragma unroll
  for (int k = 0; k < kEach; ++k) {
    const int i = static_cast<int>(threadIdx.x) + k * kThreads;
    values[k] = i < count ? value[i] : 0.0f;
    momenta[k] = i < count ? momentumBuffer[i] : 0.0f;
    gradients[k] = gradient != nullptr && i < count ? gradient[i] : 0.0f;
  }
#pragma unroll
  for (int k = 0; k < kEach; ++k) {
    const int i = static_cast<int>(threadIdx.x) + k * kThreads;
    if (i >= count) continue;
    float d = decay * values[k];
    if (gradient != nullptr)
      d += clipScale * gradients[k];
    else if (p.movingOnly && momenta[k] == 0)
      d = 0;
    const float m = momentum * momenta[k] + d;
    momentumBuffer[i] = m;
    value[i] = values[k] - rate * (nesterov ? d + momentum * m : m);
  }
}

template <>
struct OnDevice<Sgd> : Present, NoDynamicMemory, NoProducts, WaitsFirst {
  static int items(const Sgd& p) { return itemsOf(p.count, kUpdatedElements); }
  template <class P>
  static __device__ void run(const Sgd& p, int item) {
    sgd(p, item);
  }
};

}  // namespace nao::kernels::cuda
