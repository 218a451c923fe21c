// Products of a pointwise convolution, D -> Y, by fused multiply-adds. Lanes lie along pixels; weights are read four at
// a time, the same by all lanes of a warp.
#pragma once

#include "kernels/cuda/unit/core.h"
#include "kernels/cuda/unit/loads.cuh"

namespace nao::kernels::cuda::unit {

template <int kStage>
struct ProductsFp32 {
  static constexpr int kOutputs[] = {10, 10, 5}, kPixels[] = {2, 1, 1};  // of a thread
  static constexpr Core kCore = {Operation::products,
                                 Arithmetic::fp32,
                                 kStage,
                                 1,
                                 kThreads,
                                 0,
                                 kStages[kStage].dFloats(),
                                 kStages[kStage].channels* kStages[kStage].channels,
                                 kStages[kStage].dFloats()};

  __device__ __forceinline__ static void run(const Operands& operands) {
    constexpr Stage kMaps = kStages[kStage];
    constexpr int kOwnOutputs = kOutputs[kStage], kOwnPixels = kPixels[kStage], kDepth = 4;
    constexpr int kGroups = kMaps.pixels() / (kLanesOfWarp * kOwnPixels);  // of pixels
    static_assert(kGroups * kMaps.channels == kWarps * kOwnOutputs, "all warps have work");
    const int warp = static_cast<int>(threadIdx.x) / kLanesOfWarp, lane = static_cast<int>(threadIdx.x) % kLanesOfWarp;
    const int output = warp / kGroups * kOwnOutputs;
    const int pixel = (warp % kGroups * kLanesOfWarp + lane) * kOwnPixels;
    const float* d = operands.source + pixel;
    const float* weights = operands.weights + output * kMaps.channels;
    float sums[kOwnOutputs][kOwnPixels] = {};
#pragma unroll 1
    for (int channel = 0; channel < kMaps.channels; channel += kDepth) {
      float values[kDepth][kOwnPixels];
#pragma unroll
      for (int k = 0; k < kDepth; ++k) load(values[k], d + k * kMaps.dPlane());
#pragma unroll
      for (int o = 0; o < kOwnOutputs; ++o) {
        float w[kDepth];
        load(w, weights + o * kMaps.channels);
#pragma unroll
        for (int k = 0; k < kDepth; ++k)
#pragma unroll
          for (int p = 0; p < kOwnPixels; ++p) sums[o][p] = fmaf(w[k], values[k][p], sums[o][p]);
      }
      d += kDepth * kMaps.dPlane();
      weights += kDepth;
    }
    float* const y = operands.result + output * kMaps.dPlane() + pixel;
#pragma unroll
    for (int o = 0; o < kOwnOutputs; ++o) store(y + o * kMaps.dPlane(), sums[o]);
  }
};

}  // namespace nao::kernels::cuda::unit
