// The output of a kernel's products on its way to memory, and its sums for the batch normalisation that follows.
#pragma once

#include <cstdint>

#include "kernels/cpu/gemm.h"
#include "kernels/cpu/lane_sums.h"
#include "kernels/kernels.h"

namespace nao::kernels::NAO_ISA {

/// Of a channel: lines of pivots, sums of y less those, sums of squares.
constexpr int kOutputSums = 3 * kLanes;

/// A sink of gemm() that leaves tiles in the lines from `firstLine` on of an output and adds them to its sums,
/// [channels][kOutputSums], which line 0 begins (null: not wanted).
class OutputSink {
 public:
  OutputSink(const Tensor& dst, int block, std::int64_t firstLine, float* sums)
      : dst_(dst.plane(block, 0) + firstLine * kLanes),
        stride_(dst.channelStride),
        sums_(sums),
        begins_(firstLine == 0) {}

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
      float* pivots = sums_ + (row + m) * kOutputSums + half * kVec;
      float* sums = pivots + kLanes;
      float* squares = sums + kLanes;
      if (begins_ && line == 0) {
        store(pivots, tile[m][0]);
        store(sums, zero());
        store(squares, zero());
      }
      const Vec pivot = load(pivots);
      Vec d = tile[m][0] - pivot, sum = d, square = d * d;
#pragma GCC unroll 8
      for (int n = 1; n < N; ++n) {
        d = tile[m][n] - pivot;
        sum = sum + d;
        square = fma(d, d, square);
      }
      store(sums, load(sums) + sum);
      store(squares, load(squares) + square);
    }
  }

 private:
  float* dst_;
  std::int64_t stride_;
  float* sums_;
  bool begins_;
};

/// Leaves what a sink has summed of a block.
inline void finishOutputSums(const float* sums, const Tensor& output, const Sums& dst, int block, int lanes) {
  const int count = output.height * output.width;
  for (int c = 0; c < output.channels; ++c, sums += kOutputSums)
    outputTotals(sums, sums + kLanes, sums + 2 * kLanes, count, lanes).leave(dst, block, c);
}

}  // namespace nao::kernels::NAO_ISA
