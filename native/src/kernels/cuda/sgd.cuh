// SGD with momentum: a thread per parameter. The clip is read on the device, so that a step needs no answer from it.
#pragma once

#include "kernels/cuda/item.cuh"
#include "kernels/cuda/on_device.cuh"

namespace nao::kernels::cuda {

__device__ inline void sgd(const Sgd& p, int item) {
  if (p.clip != nullptr && p.clip->finite == 0) return;
  const float clipScale = p.clip != nullptr ? p.clip->scale : p.clipScale;
  const Range& range = nao::cuda::inDeviceMemory(p.ranges)[item];
  const int count = static_cast<int>(range.count);
  float* const value = p.value + range.offset;
  float* const momentumBuffer = p.momentumBuffer + range.offset;
  const float* const gradient = p.gradient == nullptr ? nullptr : p.gradient + range.offset;
  const float rate = p.learningRate, momentum = p.momentum, decay = p.weightDecay;
  const bool nesterov = p.nesterov;
  constexpr int kEach = kRangeElements / kThreads;
  for (int begin = static_cast<int>(threadIdx.x); begin < count; begin += kRangeElements) {
    float values[kEach], momenta[kEach], gradients[kEach];
#pragma unroll
    for (int k = 0; k < kEach; ++k) {
      const int i = begin + k * kThreads;
      values[k] = i < count ? value[i] : 0.0f;
      momenta[k] = i < count ? momentumBuffer[i] : 0.0f;
      gradients[k] = gradient != nullptr && i < count ? gradient[i] : 0.0f;
    }
#pragma unroll
    for (int k = 0; k < kEach; ++k) {
      const int i = begin + k * kThreads;
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
}

template <>
struct OnDevice<Sgd> : ItemPerRange, NoDynamicMemory, NoProducts, WaitsFirst {
  template <class P>
  static __device__ void run(const Sgd& p, int item) {
    sgd(p, item);
  }
};

}  // namespace nao::kernels::cuda
