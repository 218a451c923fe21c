// How convolutions read their operands into scratch: z of some source rows, dy of some lines. Lanes beyond
// the last image become 0 here, so that everything computed from them is 0 and no sum needs to leave them out.
#pragma once

#include "kernels/cpu/padded_rows.h"
#include "kernels/kernels.h"

namespace nao::kernels::NAO_ISA {

/// z of rows [z.begin, yEnd) of one channel; the padding columns keep what they hold.
inline void loadSource(const Source& src, int block, int c, int lanes, int yEnd, const PaddedRows& z) {
  const bool normalised = src.scale != nullptr;
  const Vec scale = broadcast(normalised ? src.scale[c] : 1.0f), shift = broadcast(normalised ? src.shift[c] : 0.0f);
  LaneMask mask[kHalves];
  for (int half = 0; half < kHalves; ++half) mask[half] = lanesOfHalf(lanes, half);
  const float* x = src.x.plane(block, c) + static_cast<std::int64_t>(z.begin) * z.width * kLanes;
  const auto rows = [&](auto&& transform) {
    for (int y = z.begin; y < yEnd; ++y, x += z.width * kLanes) {
      float* line = z.line(y, 0);
      for (int i = 0; i < z.width * kLanes; i += kLanes) {
#pragma GCC unroll 2
        for (int half = 0; half < kHalves; ++half) {
          const Vec value = transform(load(x + i + half * kVec));
          store(line + i + half * kVec, keep(mask[half], value));
        }
      }
    }
  };
  if (src.relu6) {
    rows([&](Vec v) { return min(relu(fma(scale, v, shift)), broadcast(kMostOfRelu6)); });
  } else if (src.relu) {
    rows([&](Vec v) { return relu(fma(scale, v, shift)); });
  } else {
    rows([&](Vec v) { return fma(scale, v, shift); });
  }
}

/// dy of `lines` lines of one channel from line `first` on; fetches the same lines of the next channel.
inline void loadGradient(const Upstream& upstream, int block, int c, int lanes, std::int64_t first, int lines,
                         float* dy) {
  const float* g = upstream.g.plane(block, c) + first * kLanes;
  const float* k = upstream.coefficients == nullptr ? nullptr : upstream.coefficients + c;
  for (int half = 0; half < kHalves; ++half) {
    const LaneMask mask = lanesOfHalf(lanes, half);
    Vec factor = broadcast(k == nullptr ? 1.0f : k[0]);
    if (upstream.mask != nullptr) factor = factor * load(upstream.mask + block * kLanes + half * kVec);
    if (k == nullptr) {
      for (int i = half * kVec; i < lines * kLanes; i += kLanes) store(dy + i, keep(mask, factor * load(g + i)));
    } else {
      const float* y = upstream.y.plane(block, c) + first * kLanes;
      const Vec k1 = broadcast(k[upstream.coefficientStride]), k2 = broadcast(k[2 * upstream.coefficientStride]);
      for (int i = half * kVec; i < lines * kLanes; i += kLanes) {
        __builtin_prefetch(g + upstream.g.channelStride + i);
        __builtin_prefetch(y + upstream.y.channelStride + i);
        store(dy + i, keep(mask, fma(factor, load(g + i), fma(k1, load(y + i), k2))));
      }
    }
  }
}

}  // namespace nao::kernels::NAO_ISA
