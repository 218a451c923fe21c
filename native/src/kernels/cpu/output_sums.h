// Sums of y and y * y of a kernel's output for the batch normalisation that follows: per lane while the block is
// computed, [channels][2][16] floats, and over the images of the block at its end.
#pragma once

#include <algorithm>
#include <cstdint>

#include "kernels/cpu/gemm.h"
#include "kernels/cpu/lanes.h"
#include "kernels/kernels.h"

namespace nao::kernels::NAO_ISA {

inline std::int64_t laneSumsSize(int channels) { return static_cast<std::int64_t>(channels) * 2 * kLanes; }

inline void clearLaneSums(int channels, float* sums) { std::fill_n(sums, laneSumsSize(channels), 0.0f); }

/// A sink of gemm() that leaves tiles in the lines from `firstLine` on of an output and adds them to its lane sums
/// (null: not wanted).
class OutputSink {
 public:
  OutputSink(const Tensor& dst, int block, std::int64_t firstLine, float* sums)
      : dst_(dst.plane(block, 0) + firstLine * kLanes), stride_(dst.channelStride), sums_(sums) {}

  template <int M, int N>
  void operator()(int row, int line, int half, const Vec (&tile)[M][N]) const {
    constexpr int kAhead = 2 * kGemmLines;  // lines are fetched two tiles before they are written
    float* dst = dst_ + row * stride_ + line * kLanes + half * kVec;
#pragma GCC unroll 8
    for (int m = 0; m < M; ++m, dst += stride_) {
#pragma GCC unroll 8
      for (int n = 0; n < N; ++n) {
        __builtin_prefetch(dst + (n + kAhead) * kLanes, 1, 2);
        store(dst + n * kLanes, tile[m][n]);
      }
      if (sums_ == nullptr) continue;
      Vec y = tile[m][0], yy = tile[m][0] * tile[m][0];
#pragma GCC unroll 8
      for (int n = 1; n < N; ++n) {
        y = y + tile[m][n];
        yy = fma(tile[m][n], tile[m][n], yy);
      }
      float* sum = sums_ + (row + m) * 2 * kLanes + half * kVec;
      store(sum, load(sum) + y);
      store(sum + kLanes, load(sum + kLanes) + yy);
    }
  }

 private:
  float* dst_;
  std::int64_t stride_;
  float* sums_;
};

inline void finishLaneSums(const float* sums, const Sums& dst, int channels, int block, int lanes) {
  for (int c = 0; c < channels; ++c)
    for (int which = 0; which < 2; ++which) dst.at(block, which, c) = sumLine(sums + (c * 2 + which) * kLanes, lanes);
}

}  // namespace nao::kernels::NAO_ISA
