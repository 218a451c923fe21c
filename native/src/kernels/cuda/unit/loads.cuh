// Several floats from or to shared memory, as many at a time as lie together on 16 or 8 bytes.
#pragma once

#include "kernels/cuda/shim/cuda_shim.h"

namespace nao::kernels::cuda::unit {

template <int kCount>
__device__ __forceinline__ void load(float (&values)[kCount], const float* from) {
  constexpr int kFours = kCount / 4 * 4, kPairs = kCount / 2 * 2;
#pragma unroll
  for (int i = 0; i < kFours; i += 4) {
    const float4 four = *reinterpret_cast<const float4*>(from + i);
    values[i] = four.x;
    values[i + 1] = four.y;
    values[i + 2] = four.z;
    values[i + 3] = four.w;
  }
#pragma unroll
  for (int i = kFours; i < kPairs; i += 2) {
    const float2 two = *reinterpret_cast<const float2*>(from + i);
    values[i] = two.x;
    values[i + 1] = two.y;
  }
#pragma unroll
  for (int i = kPairs; i < kCount; ++i) values[i] = from[i];
}

/// The same where they lie on 8 bytes.
template <int kCount>
__device__ __forceinline__ void loadPairs(float (&values)[kCount], const float* from) {
#pragma unroll
  for (int i = 0; i < kCount; i += 2) {
    const float2 two = *reinterpret_cast<const float2*>(from + i);
    values[i] = two.x;
    values[i + 1] = two.y;
  }
}

template <int kCount>
__device__ __forceinline__ void store(float* to, const float (&values)[kCount]) {
  constexpr int kFours = kCount / 4 * 4, kPairs = kCount / 2 * 2;
#pragma unroll
  for (int i = 0; i < kFours; i += 4)
    *reinterpret_cast<float4*>(to + i) = {values[i], values[i + 1], values[i + 2], values[i + 3]};
#pragma unroll
  for (int i = kFours; i < kPairs; i += 2) *reinterpret_cast<float2*>(to + i) = {values[i], values[i + 1]};
#pragma unroll
  for (int i = kPairs; i < kCount; ++i) to[i] = values[i];
}

}  // namespace nao::kernels::cuda::unit
