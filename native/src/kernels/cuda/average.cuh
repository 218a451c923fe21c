// Moving average of parameters: a thread per parameter.
#pragma once

#include "kernels/cuda/item.cuh"
#include "kernels/cuda/on_device.cuh"

namespace nao::kernels::cuda {

__device__ inline void average(const Average& p, int item) {
  if (p.clip != nullptr && p.clip->finite == 0) return;
  const Range& range = nao::cuda::inDeviceMemory(p.ranges)[item];
  const std::int64_t end = range.offset + range.count;
  for (std::int64_t i = range.offset + static_cast<int>(threadIdx.x); i < end; i += kThreads)
    p.average[i] += p.rate * (p.value[i] - p.average[i]);
}

template <>
struct OnDevice<Average> : ItemPerRange, NoDynamicMemory, NoProducts, WaitsFirst {
  template <class P>
  static __device__ void run(const Average& p, int item) {
    average(p, item);
  }
};

}  // namespace nao::kernels::cuda
