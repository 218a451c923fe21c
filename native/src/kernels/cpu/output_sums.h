// The output of a kernel's products on its way to memory, and its sums for the batch normalisation that follows.
#pragma once

#include <cstdint>

#include "kernels/cpu/gemm.h"
#include "kernels/cpu/lane_sums.h"
#include "kernels/kernels.h"

namespace nao::kernels::NAO_ISA {

/// A channel's lines, in floats from the first: pivots, and sums of y less those and of its squares, of the chunk that
/// is being computed and of those before. A single chain over a plane would gather several times the roundings.
enum OutputLine {
  kPivots,
  kSums = kLanes,
  kSquares = 2 * kLanes,
  kSumsBefore = 3 * kLanes,
  kSquaresBefore = 4 * kLanes
};
constexpr int kOutputSums = 5 * kLanes;

/// Whether an output goes past the caches: nobody reads it before all images are done, for its sums, and by then so
/// much would be there no more. Writing past them saves reading the lines that are overwritten. A register must be a
/// line.
inline bool goesPastCaches(const Tensor& dst, int images, const Sums& sums) {
  constexpr std::int64_t kBytes = 16 << 20;
  const std::int64_t bytes = blockCount(images) * dst.channels * dst.channelStride * static_cast<int>(sizeof(float));
  return kHalves == 1 && sums.data != nullptr && bytes >= kBytes &&
         reinterpret_cast<std::uintptr_t>(dst.data) % (kLanes * sizeof(float)) == 0;
}

/// A sink of gemm() that leaves the tiles of a chunk in the lines from `firstLine` on of an output and adds them to its
/// sums, [channels][kOutputSums], which the chunk from line 0 on begins (null: not wanted).
class OutputSink {
 public:
  OutputSink(const Tensor& dst, int block, std::int64_t firstLine, float* sums, bool pastCaches)
      : dst_(dst.plane(block, 0) + firstLine * kLanes),
        stride_(dst.channelStride),
        sums_(sums),
        begins_(firstLine == 0),
        pastCaches_(pastCaches) {}

  /// Inline whatever its size: elsewhere the tile would have to lie in memory, also while it is computed.
  template <int M, int N>
  __attribute__((always_inline)) void operator()(int row, int line, int half, const Vec (&tile)[M][N]) const {
    constexpr int kAhead = 2 * kGemmLines;  // lines are fetched two tiles before they are written
    float* dst = dst_ + row * stride_ + line * kLanes + half * kVec;
    float* sums = sums_ + row * kOutputSums + half * kVec;
    if (line == 0 && sums_ != nullptr) {
#pragma GCC unroll 8
      for (int m = 0; m < M; ++m) beginChunk(sums + m * kOutputSums, tile[m][0]);
    }
#pragma GCC unroll 8
    for (int m = 0; m < M; ++m, dst += stride_, sums += kOutputSums) {
      if (pastCaches_) {
#pragma GCC unroll 8
        for (int n = 0; n < N; ++n) storePastCaches(dst + n * kLanes, tile[m][n]);
      } else {
#pragma GCC unroll 8
        for (int n = 0; n < N; ++n) {
          __builtin_prefetch(dst + (n + kAhead) * kLanes, 1, 2);
          store(dst + n * kLanes, tile[m][n]);
        }
      }
      if (sums_ == nullptr) continue;
      const Vec pivot = load(sums + kPivots);
      Vec sum = tile[m][0] - pivot, square = sum * sum;
#pragma GCC unroll 8
      for (int n = 1; n < N; ++n) {
        const Vec d = tile[m][n] - pivot;
        sum = sum + d;
        square = fma(d, d, square);
      }
      store(sums + kSums, load(sums + kSums) + sum);
      store(sums + kSquares, load(sums + kSquares) + square);
    }
  }

 private:
  __attribute__((always_inline)) void beginChunk(float* sums, Vec first) const {
    if (begins_) store(sums + kPivots, first);
    store(sums + kSumsBefore, begins_ ? zero() : load(sums + kSumsBefore) + load(sums + kSums));
    store(sums + kSquaresBefore, begins_ ? zero() : load(sums + kSquaresBefore) + load(sums + kSquares));
    store(sums + kSums, zero());
    store(sums + kSquares, zero());
  }

  float* dst_;
  std::int64_t stride_;
  float* sums_;
  bool begins_;
  bool pastCaches_;
};

/// Leaves what sinks have summed of a block.
inline void finishOutputSums(float* sums, const Tensor& output, const Sums& dst, int block, int lanes) {
  finishPastCaches();
  const int count = output.height * output.width;
  for (int c = 0; c < output.channels; ++c, sums += kOutputSums) {
    for (int l = 0; l < kLanes; ++l) {
      sums[kSums + l] += sums[kSumsBefore + l];
      sums[kSquares + l] += sums[kSquaresBefore + l];
    }
    outputTotals(sums + kPivots, sums + kSums, sums + kSquares, count, lanes).leave(dst, block, c);
  }
}

}  // namespace nao::kernels::NAO_ISA
