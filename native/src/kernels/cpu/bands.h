// Bands of output rows of depthwise and separable convolutions, the source rows that belong to them, and scratch memory
// handed out. A Convolution is a Depthwise or a SepConv.
#pragma once

#include <cstdint>

#include "kernels/kernels.h"

namespace nao::kernels::NAO_ISA {

inline int least(int a, int b) { return a < b ? a : b; }
inline int most(int a, int b) { return a > b ? a : b; }

/// Output rows cut into bands of nearly equal size.
struct Bands {
  int rows;   // of the output
  int count;  // of bands

  /// As many rows as fit `floats`, at least one.
  Bands(int outputRows, std::int64_t floatsPerRow, std::int64_t floats) : rows(outputRows) {
    const int fit = static_cast<int>(floats / floatsPerRow < rows ? floats / floatsPerRow : rows);
    const int largest = most(fit, 1);
    count = (rows + largest - 1) / largest;
  }
  int begin(int band) const { return static_cast<int>(static_cast<std::int64_t>(rows) * band / count); }
  int largest() const { return (rows + count - 1) / count; }
};

/// Hands out scratch memory in whole lines; with a null base it only counts.
struct Arena {
  float* base;
  std::int64_t used = 0;

  float* take(std::int64_t floats) {
    float* memory = base == nullptr ? nullptr : base + used;
    used += (floats + kLanes - 1) / kLanes * kLanes;
    return memory;
  }
};

template <class Convolution>
inline int paddingOf(const Convolution& p) {
  return p.dilation * (p.kernel / 2);
}

/// The source rows that output rows [begin, end) read.
template <class Convolution>
inline int sourceBegin(const Convolution& p, int begin) {
  return most(0, begin * p.stride - paddingOf(p));
}
template <class Convolution>
inline int sourceEnd(const Convolution& p, int end) {
  return least(p.src.x.height, (end - 1) * p.stride + paddingOf(p) + 1);
}
template <class Convolution>
inline int sourceRows(const Convolution& p, int outputRows) {
  return least(p.src.x.height, (outputRows - 1) * p.stride + 2 * paddingOf(p) + 1);
}

/// One past the last source row that no output row from `end` on reads.
template <class Convolution>
inline int finishedSourceRows(const Convolution& p, int end) {
  return end == p.dst.height ? p.src.x.height : most(0, end * p.stride - paddingOf(p));
}

}  // namespace nao::kernels::NAO_ISA
