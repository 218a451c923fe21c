// Sums of y and y * y of a kernel's output for the batch normalisation that follows: per lane while the block is
// computed, [channels][2][16] floats, and over the images of the block at its end.
#pragma once

#include <algorithm>
#include <cstdint>

#include "kernels/cpu/lanes.h"
#include "kernels/kernels.h"

namespace nao::kernels::NAO_ISA {

inline std::int64_t laneSumsSize(int channels) { return static_cast<std::int64_t>(channels) * 2 * kLanes; }

inline void clearLaneSums(int channels, float* sums) { std::fill_n(sums, laneSumsSize(channels), 0.0f); }

/// Adds `lines` lines of every channel; channels lie `stride` floats apart. Each call is a partial sum of its own,
/// which keeps the rounding error of large images small.
inline void addToLaneSums(const float* y, std::int64_t stride, int channels, int lines, float* sums) {
  for (int c = 0; c < channels; ++c)
    for (int half = 0; half < kHalves; ++half) {
      const float* line = y + c * stride + half * kVec;
      Vec sum = zero(), squares = zero();
      for (int i = 0; i < lines; ++i) {
        const Vec value = load(line + i * kLanes);
        sum = sum + value;
        squares = fma(value, value, squares);
      }
      float* total = sums + c * 2 * kLanes + half * kVec;
      store(total, load(total) + sum);
      store(total + kLanes, load(total + kLanes) + squares);
    }
}

inline void finishLaneSums(const float* sums, const Sums& dst, int channels, int block, int lanes) {
  for (int c = 0; c < channels; ++c)
    for (int which = 0; which < 2; ++which) dst.at(block, which, c) = sumLine(sums + (c * 2 + which) * kLanes, lanes);
}

}  // namespace nao::kernels::NAO_ISA
