// Moving average of parameters: a thread per parameter.
#pragma once

#include "kernels/cuda/item.cuh"
#include "kernels/cuda/on_device.cuh"

namespace nao::kernels::cuda {

constexpr int kAveragedElements = 8 * kThreads;  // of an item

__device__ inline void average(const Average& p, int item) {
  if (p.clip != nullptr && p.clip->finite == 0) return;
  const std::int64_t first = static_cast<std::int64_t>(item) * kAveragedElements;
  const std::int64_t end = p.count - first < kAveragedElements ? p.count : first + kAveragedElements;
  for (std::int64_t i = first + static_cast<int>(threadIdx.x); i < end; i += kThreads)
    p.average[i] += p.rate * (p.value[i] - p.average[i]);
}

template <>
struct OnDevice<Average> : Present, NoDynamicMemory, NoProducts, WaitsFirst {
  static int items(const Average& p) { return itemsOf(p.count, kAveragedElements); }
  template <class P>
  static __device__ void run(const Average& p, int item) {
    average(p, item);
  }
};

}  // namespace nao::kernels::cuda
