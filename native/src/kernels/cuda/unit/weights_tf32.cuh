// The gradient of a pointwise convolution's weights on tensor cores, from D and the gradient of Y: M are outputs, N
// inputs, K pixels. Two pixels side by side are k and k + 4 of both operands, so that one load of 8 bytes gives both.
// Operands are truncated to tf32 where they are not rounded.
#pragma once

#include "kernels/cuda/shim/cuda_shim.h"
#include "kernels/cuda/unit/core.h"
#include "kernels/cuda/unit/loads.cuh"

namespace nao::kernels::cuda::unit {

template <int kStage>
struct WeightsGradientTf32 {
  // Of 8 inputs, of a warp; warps that share the pixels.
  static constexpr int kTilesN[] = {3, 1, 1}, kWarpsK[] = {16, 2, 1};
  static constexpr int kM = (kStages[kStage].channels + 15) / 16, kN = kTilesN[kStage], kParts = kWarpsK[kStage];
  static constexpr int kGroups = (kStages[kStage].channels + 7) / 8 / kN;  // of inputs
  static constexpr int kSums = kM * kN * 4;                                // of a lane
  static constexpr Core kCore = {Operation::weightsGradient,
                                 Arithmetic::tf32,
                                 kStage,
                                 1,
                                 kParts* kGroups* kLanesOfWarp,
                                 kM* kN* kGroups* kStages[kStage].pixels() / 8,
                                 2 * kStages[kStage].dFloats(),
                                 0,
                                 kStages[kStage].channels* kStages[kStage].channels,
                                 kParts > 1 ? kParts* kGroups* kSums* kLanesOfWarp : 0};

  __device__ __forceinline__ static void run(const Operands& operands) {
    const int thread = static_cast<int>(threadIdx.x), lane = thread % kLanesOfWarp, warp = thread / kLanesOfWarp;
    if constexpr (kParts == 1) {
      if (warp >= kGroups) return;
      float sums[kM][kN][4];
      multiply(operands, lane, warp, 0, sums);
#pragma unroll
      for (int i = 0; i < kSums; ++i) put(operands.result, lane, warp, i, sums[i / 4 / kN][i / 4 % kN][i % 4]);
    } else {
      float* const scratch = operands.scratch;
      if (warp < kParts * kGroups) {
        float sums[kM][kN][4];
        multiply(operands, lane, warp % kGroups, warp / kGroups, sums);
#pragma unroll
        for (int i = 0; i < kSums; ++i)
          scratch[(warp * kSums + i) * kLanesOfWarp + lane] = sums[i / 4 / kN][i / 4 % kN][i % 4];
      }
      __syncthreads();
      constexpr int kFloats = kGroups * kSums * kLanesOfWarp;
#pragma unroll
      for (int first = 0; first < kFloats; first += kThreads) {
        const int at = first + thread;
        if (first + kThreads > kFloats && at >= kFloats) break;
        float sum = scratch[at];
#pragma unroll
        for (int part = 1; part < kParts; ++part) sum += scratch[part * kFloats + at];
        const int i = at / kLanesOfWarp;
        put(operands.result, lane, i / kSums, i % kSums, sum);
      }
    }
  }

 private:
  __device__ __forceinline__ static void multiply(const Operands& operands, int lane, int group, int part,
                                                  float (&sums)[kM][kN][4]) {
    constexpr Stage kMaps = kStages[kStage];
    constexpr int kSteps = kMaps.pixels() / 8 / kParts;
    const int row = lane / 4, pixel = part * kSteps * 8 + lane % 4 * 2;
    // Channels that there are not are read as the last one: what is made of them is not put anywhere.
    const float *gradients[2 * kM], *inputs[kN];
#pragma unroll
    for (int m = 0; m < 2 * kM; ++m)
      gradients[m] = operands.source + min(8 * m + row, kMaps.channels - 1) * kMaps.dPlane() + pixel;
#pragma unroll
    for (int n = 0; n < kN; ++n)
      inputs[n] = operands.source + kMaps.dFloats() +
                  min(8 * (group * kN + n) + row, kMaps.channels - 1) * kMaps.dPlane() + pixel;
#pragma unroll
    for (int m = 0; m < kM; ++m)
#pragma unroll
      for (int n = 0; n < kN; ++n)
#pragma unroll
        for (int i = 0; i < 4; ++i) sums[m][n][i] = 0;
#pragma unroll
    for (int step = 0; step < kSteps; ++step) {
      std::uint32_t b[kN][2];
#pragma unroll
      for (int n = 0; n < kN; ++n) pair(b[n][0], b[n][1], inputs[n] + 8 * step);
#pragma unroll
      for (int m = 0; m < kM; ++m) {
        std::uint32_t a[4] = {};
        pair(a[0], a[2], gradients[2 * m] + 8 * step);
        if (16 * m + 8 < kMaps.channels) pair(a[1], a[3], gradients[2 * m + 1] + 8 * step);
#pragma unroll
        for (int n = 0; n < kN; ++n) nao::cuda::multiplyAddTf32(sums[m][n], a, b[n]);
      }
    }
  }
  __device__ __forceinline__ static void pair(std::uint32_t& low, std::uint32_t& high, const float* from) {
    const float2 two = *reinterpret_cast<const float2*>(from);
    low = __float_as_uint(two.x);
    high = __float_as_uint(two.y);
  }
  /// Sum i of a lane to where it belongs.
  __device__ __forceinline__ static void put(float* result, int lane, int group, int i, float sum) {
    constexpr int kChannels = kStages[kStage].channels;
    const int output = i / (4 * kN) * 16 + i % 4 / 2 * 8 + lane / 4;
    const int input = (group * kN + i / 4 % kN) * 8 + lane % 4 * 2 + i % 2;
    if (output < kChannels && input < kChannels) result[output * kChannels + input] = sum;
  }
};

}  // namespace nao::kernels::cuda::unit
