// Displacement of parameters: a thread per parameter.
#pragma once

#include "kernels/cuda/item.cuh"
#include "kernels/cuda/on_device.cuh"

namespace nao::kernels::cuda {

__device__ inline void displace(const Displace& p, int item) {
  const Range& range = nao::cuda::inDeviceMemory(p.ranges)[item];
  const std::int64_t end = range.offset + range.count;
  for (std::int64_t i = range.offset + static_cast<int>(threadIdx.x); i < end; i += kThreads) {
    const float base = p.base != nullptr ? p.base[i] : 0.0f;
    p.dst[i] = p.direction != nullptr ? static_cast<float>(base + p.step * p.direction[i]) : base;
  }
}

template <>
struct OnDevice<Displace> : ItemPerRange, NoDynamicMemory, NoProducts, WaitsFirst {
  template <class P>
  static __device__ void run(const Displace& p, int item) {
    displace(p, item);
  }
};

}  // namespace nao::kernels::cuda
