// The gradient of a depthwise convolution's taps, from Z and the gradient of its output. A thread sums what the
// rectangle of depthwise.cuh gives to each tap; the lanes of a channel then add up, each a part of the taps.
#pragma once

#include "kernels/cuda/unit/core.h"
#include "kernels/cuda/unit/depthwise.cuh"
#include "kernels/cuda/unit/loads.cuh"

namespace nao::kernels::cuda::unit {

/// Adds up `values` over the lanes that differ in the bits of kLanes, and stores the sums: sum i at to[i]. Each lane
/// ends with some of them, those from `first` on before `end`.
template <int kLanes, int kCount>
__device__ __forceinline__ void storeSums(const float (&values)[kCount], int lane, int first, int end, float* to) {
  if constexpr (kLanes == 0) {
#pragma unroll
    for (int i = 0; i < kCount; ++i)
      if (first + i < end) to[first + i] = values[i];
  } else {
    constexpr int kLane = kLanes & -kLanes, kHalf = (kCount + 1) / 2;
    constexpr unsigned kAll = 0xffffffffu;
    const bool upper = (lane & kLane) != 0;
    float half[kHalf];
#pragma unroll
    for (int i = 0; i < kHalf; ++i) {
      const float low = values[i], high = kHalf + i < kCount ? values[kHalf + i] : 0.0f;
      half[i] = (upper ? high : low) + __shfl_xor_sync(kAll, upper ? low : high, kLane);
    }
    storeSums<(kLanes & ~kLane)>(half, lane, upper ? first + kHalf : first, upper ? end : min(end, first + kHalf), to);
  }
}

template <int kStage, int kKernel>
struct TapsGradient {
  using Where = Place<kStage>;
  static constexpr int kRows = kRectangles[kStage].rows, kColumns = kRectangles[kStage].columns;
  static constexpr int kTaps = kKernel * kKernel;
  /// Bits of the lanes of one channel.
  static constexpr int kLanes = (Where::kAcross * kRectangles[kStage].channelsBeside * Where::kDown - 1) &
                                ~(Where::kAcross * (kRectangles[kStage].channelsBeside - 1));
  static constexpr Core kCore = {Operation::tapsGradient,
                                 Arithmetic::fp32,
                                 kStage,
                                 kKernel,
                                 Where::kPlaces,
                                 0,
                                 2 * kStages[kStage].zFloats(),
                                 0,
                                 tapPitch(kKernel) * kStages[kStage].channels};

  __device__ __forceinline__ static void run(const Operands& operands) {
    const int thread = static_cast<int>(threadIdx.x);
    if (thread >= Where::kPlaces) return;
    constexpr int kBorder = kKernel / 2;
    constexpr Stage kMaps = kStages[kStage];
    const Where at = Where::of(thread);
    const float* const z = operands.source + kMaps.z(at.channel, at.y - kBorder, at.x - kHalo);
    const float* const dd = operands.source + kMaps.zFloats() + kMaps.z(at.channel, at.y, at.x);
    float gradients[kRows][kColumns];
    float sums[kTaps] = {};
#pragma unroll
    for (int row = 0; row < kRows + 2 * kBorder; ++row) {
      if (row < kRows) loadPairs(gradients[row], dd + row * kMaps.zPitch());
      float values[kColumns + 2 * kHalo];
      load(values, z + row * kMaps.zPitch());
#pragma unroll
      for (int ky = 0; ky < kKernel; ++ky) {
        const int y = row - ky;
        if (y < 0 || y >= kRows) continue;
#pragma unroll
        for (int kx = 0; kx < kKernel; ++kx)
#pragma unroll
          for (int x = 0; x < kColumns; ++x)
            sums[ky * kKernel + kx] = fmaf(gradients[y][x], values[x + kx + kHalo - kBorder], sums[ky * kKernel + kx]);
      }
    }
    float* const taps = operands.result + at.channel * tapPitch(kKernel);
    storeSums<kLanes>(sums, thread % kLanesOfWarp, 0, kTaps, taps);
  }
};

}  // namespace nao::kernels::cuda::unit
