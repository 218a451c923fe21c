// Products of a pointwise convolution, D -> Y, on tensor cores: M are pixels, N outputs, K channels. An operand of D is
// read as it lies: four planes of eight pixels are the 32 banks. tf32x3 splits both operands in two numbers of tf32 and
// leaves out the product of the small ones: nearly fp32.
#pragma once

#include "kernels/cuda/shim/cuda_shim.h"
#include "kernels/cuda/unit/core.h"
#include "kernels/cuda/unit/loads.cuh"

namespace nao::kernels::cuda::unit {

template <int kStage, Arithmetic kArithmetic>
struct ProductsTf32 {
  static constexpr bool kSplit = kArithmetic == Arithmetic::tf32x3;
  // Of 16 pixels and of 8 outputs, of a warp.
  static constexpr int kTilesM[] = {2, 1, 2}, kTilesN[] = {3, 5, 1};
  static constexpr int kWarpsM = kStages[kStage].pixels() / (16 * kTilesM[kStage]);
  static constexpr int kWarpsN = (kStages[kStage].channels + 7) / 8 / kTilesN[kStage];
  static constexpr int kSteps = (kStages[kStage].channels + 7) / 8;  // of 8 inputs
  static constexpr Core kCore = {Operation::products,
                                 kArithmetic,
                                 kStage,
                                 1,
                                 kLanesOfWarp* kWarpsM* kWarpsN,
                                 (kSplit ? 3 : 1) * kSteps* kTilesM[kStage] * kWarpsM* kTilesN[kStage] * kWarpsN,
                                 kStages[kStage].dFloats(),
                                 fragmentFloats(kStages[kStage].channels, kStages[kStage].channels, kSplit),
                                 kStages[kStage].dFloats()};

  __device__ __forceinline__ static void run(const Operands& operands) {
    constexpr Stage kMaps = kStages[kStage];
    constexpr int kM = kTilesM[kStage], kN = kTilesN[kStage];
    constexpr int kOfLane = kSplit ? 4 : 2;
    const int warp = static_cast<int>(threadIdx.x) / kLanesOfWarp, lane = static_cast<int>(threadIdx.x) % kLanesOfWarp;
    if (warp >= kWarpsM * kWarpsN) return;
    const int pixel = warp % kWarpsM * 16 * kM + lane / 4, tile = warp / kWarpsM * kN;
    const float* const d = operands.source + lane % 4 * kMaps.dPlane() + pixel;
    const float* const weights = operands.weights + (tile * kLanesOfWarp + lane) * kOfLane;
    float sums[kM][kN][4] = {};
#pragma unroll
    for (int step = 0; step < kSteps; ++step) {
      float fragments[kN][kOfLane];
#pragma unroll
      for (int n = 0; n < kN; ++n) load(fragments[n], weights + (step * kWarpsN * kN + n) * kLanesOfWarp * kOfLane);
#pragma unroll
      for (int m = 0; m < kM; ++m) {
        std::uint32_t a[4] = {}, rest[4] = {};
#pragma unroll
        for (int i = 0; i < 4; ++i) {
          const int channel = 8 * step + i / 2 * 4;  // of lane 0
          if (channel >= kMaps.channels) continue;
          const float value = d[channel * kMaps.dPlane() + m * 16 + i % 2 * 8];
          a[i] = __float_as_uint(value);
          if (kSplit) rest[i] = __float_as_uint(value - __uint_as_float(a[i] & kTf32Bits));
        }
#pragma unroll
        for (int n = 0; n < kN; ++n) {
          const std::uint32_t b[2] = {__float_as_uint(fragments[n][0]), __float_as_uint(fragments[n][1])};
          if constexpr (kSplit) {
            const std::uint32_t restB[2] = {__float_as_uint(fragments[n][2]), __float_as_uint(fragments[n][3])};
            nao::cuda::multiplyAddTf32(sums[m][n], rest, b);
            nao::cuda::multiplyAddTf32(sums[m][n], a, restB);
          }
          nao::cuda::multiplyAddTf32(sums[m][n], a, b);
        }
      }
    }
    float* const y = operands.result + (8 * tile + lane % 4) * kMaps.dPlane() + pixel;
#pragma unroll
    for (int m = 0; m < kM; ++m)
#pragma unroll
      for (int n = 0; n < kN; ++n)
#pragma unroll
        for (int i = 0; i < 4; ++i)
          if (kWarpsN > 1 || 8 * n + i % 2 * 4 < kMaps.channels)
            y[(8 * n + i % 2 * 4) * kMaps.dPlane() + m * 16 + i / 2 * 8] = sums[m][n][i];
  }
};

}  // namespace nao::kernels::cuda::unit
