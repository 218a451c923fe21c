// Pools one channel of a block: the window's rows first, into a line of columns, then its columns.
#pragma once

#include <algorithm>
#include <cstdint>

#include "kernels/cpu/access.h"

namespace nao::kernels::NAO_ISA {

/// Cells [begin, end) of a window along one axis that lie inside an image of `size`.
struct Span {
  int begin, end;

  Span(const Pool& p, int index, int size)
      : begin(std::max(index * p.stride - p.padding, 0)),
        end(std::min(index * p.stride - p.padding + p.kernel, size)) {}
  int size() const { return end - begin; }
};

template <bool kMaximum, class Leave>
inline void poolPlane(const Pool& p, const Normalise& normalise, const float* src, float* column, Leave&& leave) {
  const auto combine = [](Vec a, Vec b) { return kMaximum ? max(a, b) : a + b; };
  const int width = p.src.x.width, rowFloats = width * kLanes;
  std::int64_t at = 0;
  for (int y = 0; y < p.dst.height; ++y) {
    const Span rows(p, y, p.src.x.height);
    const float* first = src + static_cast<std::int64_t>(rows.begin) * rowFloats;
    for (int i = 0; i < rowFloats; i += kVec) {
      __builtin_prefetch(first + (rows.size() + 1) * rowFloats + i);  // the hardware's prefetchers miss the new row
      Vec value = normalise(load(first + i));
      for (int r = 1; r < rows.size(); ++r) value = combine(value, normalise(load(first + r * rowFloats + i)));
      store(column + i, value);
    }
    for (int x = 0; x < p.dst.width; ++x) {
      const Span cells(p, x, width);
      const Vec share = broadcast(1.0f / static_cast<float>(rows.size() * cells.size()));
      for (int half = 0; half < kHalves; ++half, at += kVec) {
        const float* cell = column + cells.begin * kLanes + half * kVec;
        Vec value = load(cell);
        for (int i = 1; i < cells.size(); ++i) value = combine(value, load(cell + i * kLanes));
        leave(at, half, kMaximum ? value : value * share);
      }
    }
  }
}

inline std::int64_t poolPlaneScratch(const Pool& p) { return static_cast<std::int64_t>(p.src.x.width) * kLanes; }

/// Calls leave(offset within the output plane, half, value) for every register of the output, in ascending order.
template <class Leave>
inline void poolPlane(const Pool& p, int block, int channel, float* scratch, Leave&& leave) {
  const Normalise normalise(p.src, channel);
  const float* src = p.src.x.plane(block, channel);
  if (p.maximum) {
    poolPlane<true>(p, normalise, src, scratch, leave);
  } else {
    poolPlane<false>(p, normalise, src, scratch, leave);
  }
}

}  // namespace nao::kernels::NAO_ISA
