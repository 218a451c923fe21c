// SGD with momentum: a thread per parameter. The clip is read on the device, so that a step needs no answer from it.
#pragma once

#include "kernels/cuda/item.cuh"

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
#pragma unroll 4
  for (int i = threadIdx.x; i < count; i += kThreads) {
    float d = decay * value[i];
    if (gradient != nullptr) d += clipScale * gradient[i];
    const float m = momentum * momentumBuffer[i] + d;
    momentumBuffer[i] = m;
    value[i] -= rate * (nesterov ? d + momentum * m : m);
  }
}

}  // namespace nao::kernels::cuda
