// Depthwise convolution Z -> D with a kernel of 3 or 5. A thread makes a rectangle of one channel and loads every value
// it needs once. Reversed taps make the transposed convolution.
#pragma once

#include "kernels/cuda/unit/core.h"
#include "kernels/cuda/unit/loads.cuh"

namespace nao::kernels::cuda::unit {

/// The rectangles of a stage: 320 of them in each.
struct Rectangle {
  int rows, columns;
  int channelsBeside;  // channels whose rectangles at the same place belong to lanes side by side
};
constexpr Rectangle kRectangles[] = {{4, 8, 2}, {4, 4, 1}, {2, 4, 1}};

/// The rectangle of a thread.
template <int kStage>
struct Place {
  static constexpr Stage kMaps = kStages[kStage];
  static constexpr Rectangle kRectangle = kRectangles[kStage];
  static constexpr int kAcross = kMaps.columns / kRectangle.columns, kDown = kMaps.rows / kRectangle.rows;
  static constexpr int kPlaces = kMaps.channels * kAcross * kDown;

  int channel, y, x;

  __device__ __forceinline__ static Place of(int thread) {
    constexpr int kBeside = kAcross * kRectangle.channelsBeside;
    return {thread / kAcross % kRectangle.channelsBeside + thread / (kBeside * kDown) * kRectangle.channelsBeside,
            thread / kBeside % kDown * kRectangle.rows, thread % kAcross * kRectangle.columns};
  }
};

template <int kStage, int kKernel, Arithmetic kArithmetic>
struct Depthwise {
  using Where = Place<kStage>;
  static constexpr int kRows = kRectangles[kStage].rows, kColumns = kRectangles[kStage].columns;
  static constexpr Core kCore = {Operation::depthwise,
                                 kArithmetic,
                                 kStage,
                                 kKernel,
                                 Where::kPlaces,
                                 0,
                                 kStages[kStage].zFloats(),
                                 tapPitch(kKernel) * kStages[kStage].channels,
                                 kStages[kStage].dFloats()};

  __device__ __forceinline__ static void run(const Operands& operands) {
    const int thread = static_cast<int>(threadIdx.x);
    if (thread >= Where::kPlaces) return;
    constexpr int kBorder = kKernel / 2;
    constexpr Stage kMaps = kStages[kStage];
    const Where at = Where::of(thread);
    float taps[tapPitch(kKernel)];
    load(taps, operands.weights + at.channel * tapPitch(kKernel));
    const float* const z = operands.source + kMaps.z(at.channel, at.y - kBorder, at.x - kHalo);
    float sums[kRows][kColumns] = {};
#pragma unroll
    for (int row = 0; row < kRows + 2 * kBorder; ++row) {
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
            sums[y][x] = fmaf(taps[ky * kKernel + kx], values[x + kx + kHalo - kBorder], sums[y][x]);
      }
    }
    float* const d = operands.result + kMaps.d(at.channel, at.y, at.x);
#pragma unroll
    for (int y = 0; y < kRows; ++y) {
      if constexpr (kArithmetic == Arithmetic::tf32)
#pragma unroll
        for (int x = 0; x < kColumns; ++x) sums[y][x] = __uint_as_float(__float_as_uint(sums[y][x]) + kTf32Half);
      store(d + y * kMaps.columns, sums[y]);
    }
  }
};

}  // namespace nao::kernels::cuda::unit
