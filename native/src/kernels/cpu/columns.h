// Chunks of a source as matrix columns: for the output pixels of a chunk, the source lines that one tap of a
// convolution reads (a 1x1 convolution has one tap), normalised into the planes of a matrix that stays in cache.
#pragma once

#include <algorithm>
#include <cstdint>

#include "kernels/cpu/access.h"
#include "kernels/cpu/gemm.h"
#include "kernels/kernels.h"

namespace nao::kernels::NAO_ISA {

constexpr int kMostChunkLines = 60;

/// Lines per chunk so that `planes` planes of them take about `bytes`: whole tiles, at least `tiles`.
inline int chunkLines(std::int64_t planes, std::int64_t bytes, int tiles) {
  const std::int64_t lines = bytes / (planes * kLanes * static_cast<std::int64_t>(sizeof(float)));
  return static_cast<int>(std::clamp<std::int64_t>(lines / kGemmLines, tiles, kMostChunkLines / kGemmLines)) *
         kGemmLines;
}

/// Floats from plane to plane. An odd number of lines spreads the planes of a pixel over the sets of the cache.
inline std::int64_t chunkStride(int lines) { return static_cast<std::int64_t>(lines | 1) * kLanes; }

/// Which source line each output line of a chunk reads: pixel (stride * y + offsetY, stride * x + offsetX).
struct SourceLines {
  bool contiguous;
  int first;                  // with contiguous: line i is first + i
  int line[kMostChunkLines];  // else; -1 outside the source

  SourceLines(const Tensor& src, const Tensor& dst, int stride, int offsetY, int offsetX, int firstLine, int lines)
      : contiguous(readsEveryPixel(src, dst, stride, offsetY, offsetX)), first(firstLine) {
    if (contiguous) return;
    int y = firstLine / dst.width, x = firstLine % dst.width;
    for (int i = 0; i < lines; ++i) {
      const int sy = y * stride + offsetY, sx = x * stride + offsetX;
      line[i] = sy >= 0 && sx >= 0 && sy < src.height && sx < src.width ? sy * src.width + sx : -1;
      if (++x == dst.width) {
        x = 0;
        ++y;
      }
    }
  }

  static bool readsEveryPixel(const Tensor& src, const Tensor& dst, int stride, int offsetY, int offsetX) {
    return stride == 1 && offsetY == 0 && offsetX == 0 && src.height == dst.height && src.width == dst.width;
  }
};

/// z of every channel of a source into planes `stride` floats apart; 0 outside the source.
inline void loadColumns(const Source& source, const SourceLines& from, int block, int lines, float* z,
                        std::int64_t stride) {
  for (int c = 0; c < source.x.channels; ++c, z += stride) {
    const Normalise normalise(source, c);
    const float* src = source.x.plane(block, c);
    if (from.contiguous) {
      src += static_cast<std::int64_t>(from.first) * kLanes;
      for (int i = 0; i < lines * kLanes; i += kVec) store(z + i, normalise(load(src + i)));
      continue;
    }
    for (int i = 0; i < lines; ++i) {
      const float* line = src + static_cast<std::int64_t>(from.line[i]) * kLanes;
      for (int half = 0; half < kLanes; half += kVec)
        store(z + i * kLanes + half, from.line[i] < 0 ? zero() : normalise(load(line + half)));
    }
  }
}

/// Leaves dz, planes like those of z, where the source lines lie.
inline void leaveColumns(const Source& source, const Tensor& dsrc, bool accumulate, const SourceLines& from, int block,
                         int lines, const float* dz, const float* z, std::int64_t stride) {
  for (int c = 0; c < source.x.channels; ++c, z += stride, dz += stride) {
    float* plane = dsrc.plane(block, c);
    for (int i = 0; i < lines; ++i) {
      const std::int64_t line = from.contiguous ? from.first + i : from.line[i];
      if (line < 0) continue;
      for (int half = 0; half < kLanes; half += kVec) {
        const int at = i * kLanes + half;
        const Vec gradient = load(dz + at);
        leave(plane + line * kLanes + half, accumulate, source.relu ? wherePositive(gradient, load(z + at)) : gradient);
      }
    }
  }
}

inline void clearPlanes(const Tensor& t, int block) {
  for (int c = 0; c < t.channels; ++c)
    std::fill_n(t.plane(block, c), static_cast<std::int64_t>(t.height) * t.width * kLanes, 0.0f);
}

}  // namespace nao::kernels::NAO_ISA
