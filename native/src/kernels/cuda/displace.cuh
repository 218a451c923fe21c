// Displacement of parameters: a thread per parameter.
#pragma once

#include "kernels/cuda/item.cuh"
#include "kernels/cuda/on_device.cuh"

namespace nao::kernels::cuda {

constexpr int kDisplacedElements = 8 * kThreads;  // of an item

__device__ inline void displace(const Displace& p, int item) {
  const std::int64_t first = static_cast<std::int64_t>(item) * kDisplacedElements;
  const std::int64_t end = p.count - first < kDisplacedElements ? p.count : first + kDisplacedElements;
  for (std::int64_t i = first + static_cast<int>(threadIdx.x); i < end; i += kThreads)
    p.dst[i] = p.direction != nullptr ? static_cast<float>(p.base[i] + p.step * p.direction[i]) : p.base[i];
}

template <>
struct OnDevice<Displace> : Present, NoDynamicMemory, NoProducts, WaitsFirst {
  static int items(const Displace& p) { return itemsOf(p.count, kDisplacedElements); }
  template <class P>
  static __device__ void run(const Displace& p, int item) {
    displace(p, item);
  }
};

}  // namespace nao::kernels::cuda
