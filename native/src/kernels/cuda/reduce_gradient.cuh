// Sums of weight gradients over slots: a warp's threads take neighbouring elements, its warps share the slots.
#pragma once

#include "kernels/cuda/item.cuh"
#include "kernels/cuda/on_device.cuh"

namespace nao::kernels::cuda {

constexpr int kReducedElements = 32;  // of an item

__device__ inline void reduceGradient(const ReduceGradient& p, int item) {
  constexpr int kTogether = 16;  // slots loaded before the first is added
  SHARED(double, ofWarps, [kWarps][32]);
  const std::int64_t elements = static_cast<std::int64_t>(p.rows) * p.cols, stride = p.slotFloats();
  const int lane = threadIdx.x % 32, warp = threadIdx.x / 32, slots = p.slots;
  const std::int64_t at = static_cast<std::int64_t>(item) * kReducedElements + lane;
  const bool finishes = warp == 0 && at < elements;
  float* gradient = nullptr;
  double sum = 0;
  if (finishes) {
    const std::int64_t row = at / p.cols;
    gradient = p.gradient + row * p.rowStride + (at - row * p.cols);
    sum = *gradient;
  }
  if (at < elements) {
    const float* const partial = p.partial + at;
    for (int first = warp; first < slots; first += kTogether * kWarps) {
      float x[kTogether];
#pragma unroll
      for (int i = 0; i < kTogether; ++i) {
        const int slot = first + i * kWarps;
        x[i] = slot < slots ? partial[slot * stride] : 0.0f;
      }
#pragma unroll
      for (int i = 0; i < kTogether; ++i) sum += x[i];
    }
  }
  ofWarps[warp][lane] = sum;
  __syncthreads();
  if (!finishes) return;
#pragma unroll
  for (int other = 1; other < kWarps; ++other) sum += ofWarps[other][lane];
  *gradient = static_cast<float>(sum);
}

template <>
struct OnDevice<ReduceGradient> : Present, NoDynamicMemory, NoProducts, WaitsFirst {
  static int items(const ReduceGradient& p) {
    return itemsOf(static_cast<std::int64_t>(p.rows) * p.cols, kReducedElements);
  }
  template <class P>
  static __device__ void run(const ReduceGradient& p, int item) {
    reduceGradient(p, item);
  }
};

}  // namespace nao::kernels::cuda
