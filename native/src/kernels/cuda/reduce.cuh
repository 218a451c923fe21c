// Sums of several values over neighbouring threads of a warp, in a fixed order, and the slots that take sums.
#pragma once

#include "kernels/cuda/item.cuh"

namespace nao::kernels::cuda {

/// Sums each of kCount values over kGroup neighbouring threads, both powers of 2. Halves of the values change hands, so
/// that all sums cost about one exchange per value: thread t of a group is left with the sums of the values from
/// t * kCount / kGroup on, one of them or kCount / kGroup, in the first places.
template <int kGroup, int kCount, class T>
__device__ __forceinline__ void sumScattered(T* value) {
  constexpr int kDistance = kGroup / 2;
  if constexpr (kDistance == 0) {
    return;
  } else if constexpr (kCount == 1) {
    value[0] += __shfl_xor_sync(0xffffffffu, value[0], kDistance);
    sumScattered<kDistance, 1>(value);
  } else {
    const bool upper = (threadIdx.x & kDistance) != 0;
#pragma unroll
    for (int i = 0; i < kCount / 2; ++i) {
      const T given = upper ? value[i] : value[i + kCount / 2];
      value[i] = (upper ? value[i + kCount / 2] : value[i]) + __shfl_xor_sync(0xffffffffu, given, kDistance);
    }
    sumScattered<kDistance, kCount / 2>(value);
  }
}

/// Zero in an item's slot. All threads call; a barrier comes before anything is added.
__device__ inline void clear(float* slot, int count) {
  for (int i = threadIdx.x; i < count; i += kThreads) slot[i] = 0;
}
__device__ inline void clear(const Sums& sums, int item, int channels) {
  if (sums.data == nullptr) return;
  for (int i = threadIdx.x; i < 2 * channels; i += kThreads) sums.at(item, i / channels, i % channels) = 0;
}

}  // namespace nao::kernels::cuda
