// Norm of the gradients and its clip, without the host: sums of squares of ranges, then one item adds them.
#pragma once

#include "kernels/cuda/item.cuh"
#include "kernels/cuda/on_device.cuh"

namespace nao::kernels::cuda {

__device__ inline void sumOfSquares(const SumOfSquares& p, int item) {
  SHARED(double, space, [kWarps]);
  const Range& range = nao::cuda::inDeviceMemory(p.ranges)[item];
  const int count = static_cast<int>(range.count);
  const float* const values = p.x + range.offset;
  double sum = 0;
#pragma unroll 8
  for (int i = threadIdx.x; i < count; i += kThreads) {
    const double x = values[i];
    sum += x * x;
  }
  sum = sumOverThreads(sum, space);
  if (threadIdx.x == 0) p.sums[item] = sum;
}

__device__ inline void gradientClip(const GradientClip& p, int) {
  SHARED(double, space, [kWarps]);
  double squares = 0, notFinite = 0;
  for (int slot = threadIdx.x; slot < p.slots; slot += kThreads) squares += p.squares[slot];
  for (int slot = threadIdx.x; slot < p.lossSlots; slot += kThreads)
    if (!std::isfinite(p.lossSums[slot])) notFinite += 1;
  const double norm = sqrt(sumOverThreads(squares, space)), limit = p.clipNorm;
  notFinite = sumOverThreads(notFinite, space);
  if (threadIdx.x != 0) return;
  p.clip->norm = norm;
  p.clip->scale = limit > 0 && norm > limit ? static_cast<float>(limit / (norm + 1e-6)) : 1.0f;
  const bool before = p.before == nullptr || p.before->finite != 0;
  p.clip->finite = before && std::isfinite(norm) && notFinite == 0 ? 1 : 0;
}

template <>
struct OnDevice<SumOfSquares> : ItemPerRange, NoDynamicMemory, NoProducts, WaitsFirst {
  template <class P>
  static __device__ void run(const SumOfSquares& p, int item) {
    sumOfSquares(p, item);
  }
};

template <>
struct OnDevice<GradientClip> : OneItem, NoDynamicMemory, NoProducts, WaitsFirst {
  template <class P>
  static __device__ void run(const GradientClip& p, int item) {
    gradientClip(p, item);
  }
};

}  // namespace nao::kernels::cuda
