// Chunks of a source as matrix columns: for the output pixels of a chunk, the source lines that one tap of a
// convolution reads (a 1x1 convolution has one tap), normalised into the planes of a matrix that stays in cache.
#pragma once

#include <algorithm>
#include <cstdint>

#include "kernels/cpu/access.h"
#include "kernels/cpu/gemm.h"
#include "kernels/kernels.h"

namespace nao::kernels::NAO_ISA {

constexpr int kMostChunkLines = 240;

/// Lines per chunk so that `planes` planes of them take about `bytes`: whole tiles, at least `tiles`.
inline int chunkLines(std::int64_t planes, std::int64_t bytes, int tiles) {
  const std::int64_t lines = bytes / (planes * kLanes * static_cast<std::int64_t>(sizeof(float)));
  return static_cast<int>(std::clamp<std::int64_t>(lines / kGemmLines, tiles, kMostChunkLines / kGemmLines)) *
         kGemmLines;
}

/// Floats from plane to plane. An odd number of lines spreads the planes of a pixel over the sets of the cache.
inline std::int64_t chunkStride(int lines) { return static_cast<std::int64_t>(lines | 1) * kLanes; }

/// Which source line each output line of a chunk reads: pixel (stride.y * y + offsetY, stride.x * x + offsetX).
struct SourceLines {
  bool contiguous;
  int first;                  // with contiguous: line i is first + i
  int line[kMostChunkLines];  // else; -1 outside the source

  SourceLines(const Tensor& src, const Tensor& dst, Extent stride, int offsetY, int offsetX, int firstLine, int lines)
      : contiguous(readsEveryPixel(src, dst, stride, offsetY, offsetX)), first(firstLine) {
    if (contiguous) return;
    int y = firstLine / dst.width, x = firstLine % dst.width;
    for (int i = 0; i < lines; ++i) {
      const int sy = y * stride.y + offsetY, sx = x * stride.x + offsetX;
      line[i] = sy >= 0 && sx >= 0 && sy < src.height && sx < src.width ? sy * src.width + sx : -1;
      if (++x == dst.width) {
        x = 0;
        ++y;
      }
    }
  }

  /// The line that output line `i` of the chunk reads; negative: none.
  std::int64_t at(int i) const { return contiguous ? first + i : line[i]; }

  /// Line i is line `firstLine` + i of a tensor.
  explicit SourceLines(int firstLine = 0) : contiguous(true), first(firstLine) {}

  static bool readsEveryPixel(const Tensor& src, const Tensor& dst, Extent stride, int offsetY, int offsetX) {
    return stride.y == 1 && stride.x == 1 && offsetY == 0 && offsetX == 0 && src.height == dst.height &&
           src.width == dst.width;
  }
};

/// loadColumns() by a Normalise or a NormaliseTo6.
template <class Normaliser>
inline void loadColumnsBy(const Source& source, const SourceLines& from, int block, int lines, float* z,
                          std::int64_t stride) {
  for (int c = 0; c < source.x.channels; ++c, z += stride) {
    const Normaliser normalise(source, c);
    const float* src = source.x.plane(block, c);
    if (from.contiguous) {
      src += static_cast<std::int64_t>(from.first) * kLanes;
      for (int i = 0; i < lines * kLanes; i += kVec) {
        __builtin_prefetch(src + source.x.channelStride + i);
        store(z + i, normalise(load(src + i)));
      }
      continue;
    }
    for (int i = 0; i < lines; ++i) {
      const float* line = src + static_cast<std::int64_t>(from.line[i]) * kLanes;
      for (int half = 0; half < kLanes; half += kVec)
        store(z + i * kLanes + half, from.line[i] < 0 ? zero() : normalise(load(line + half)));
    }
  }
}
/// z of every channel of a source into planes `stride` floats apart; 0 outside the source. A plane's lines are too few
/// in a row for the hardware's prefetchers, so those of the next are fetched meanwhile.
inline void loadColumns(const Source& source, const SourceLines& from, int block, int lines, float* z,
                        std::int64_t stride) {
  if (source.relu6)
    loadColumnsBy<NormaliseTo6>(source, from, block, lines, z, stride);
  else
    loadColumnsBy<Normalise>(source, from, block, lines, z, stride);
}

/// Leaves dz, planes like those of z, where the source lines lie.
inline void leaveColumns(const Source& source, const Tensor& dsrc, bool accumulate, const SourceLines& from, int block,
                         int lines, const float* dz, const float* z, std::int64_t stride) {
  for (int c = 0; c < source.x.channels; ++c, z += stride, dz += stride) {
    float* plane = dsrc.plane(block, c);
    for (int i = 0; i < lines; ++i) {
      const std::int64_t line = from.at(i);
      if (line < 0) continue;
      for (int half = 0; half < kLanes; half += kVec) {
        const int at = i * kLanes + half;
        const Vec gradient = load(dz + at);
        leave(plane + line * kLanes + half, accumulate, source.relu ? wherePositive(gradient, load(z + at)) : gradient);
      }
    }
  }
}

/// A sink of gemm() that leaves the gradient of a source's columns z where their lines lie; k6: of a ReLU6.
template <bool k6 = false>
class GradientSink {
 public:
  GradientSink(const Source& source, const SourceGradient& dsrc, const SourceLines& from, int block, const float* z,
               std::int64_t stride)
      : dsrc_(dsrc), plane_(dsrc.g.plane(block, 0)), from_(from), z_(z), stride_(stride), relu_(source.relu) {}

  template <int M, int N>
  void operator()(int row, int line, int half, const Vec (&tile)[M][N]) const {
    const float* z = z_ + row * stride_ + line * kLanes + half * kVec;
    float* plane = plane_ + row * dsrc_.g.channelStride + half * kVec;
#pragma GCC unroll 8
    for (int n = 0; n < N; ++n) {
      const std::int64_t at = from_.at(line + n) * kLanes;
      if (at < 0) continue;
#pragma GCC unroll 8
      for (int m = 0; m < M; ++m) {
        Vec gradient = relu_ ? wherePositive(tile[m][n], load(z + m * stride_ + n * kLanes)) : tile[m][n];
        if constexpr (k6) gradient = whereBelow6(gradient, load(z + m * stride_ + n * kLanes));
        leave(plane + m * dsrc_.g.channelStride + at, dsrc_.accumulate, gradient);
      }
    }
  }

 private:
  const SourceGradient& dsrc_;
  float* plane_;
  const SourceLines& from_;
  const float* z_;
  std::int64_t stride_;
  bool relu_;
};

/// The lines that the next chunk will touch, fetched into the second-level cache a few at a time between the arithmetic
/// of this one: the hardware's own prefetchers lose the trail where a plane's part of a chunk ends.
class ChunkAhead {
 public:
  explicit ChunkAhead(int lines) : lines_(lines) {}

  /// Adds the chunk's lines of all planes of a tensor; tensors beyond the eighth are not fetched.
  void add(const Tensor& tensor, const SourceLines& from, int block) {
    if (lines_ <= 0 || tensor.data == nullptr || count_ == kMost) return;
    parts_[count_++] = {tensor.plane(block, 0), tensor.channelStride, tensor.channels, from};
  }

  /// Inline: a call between the multiply-adds of a tile would move the tile to memory and back.
  __attribute__((always_inline)) void fetch(int lines) {
    if (part_ == count_) return;
    Part& part = parts_[part_];
    for (const int end = std::min(next_ + lines, lines_); next_ < end; ++next_)
      __builtin_prefetch(part.plane + part.from.at(next_) * kLanes, 0, 2);
    if (next_ < lines_) return;
    next_ = 0;
    part.plane += part.stride;
    if (--part.planes == 0) ++part_;
  }

 private:
  struct Part {
    const float* plane = nullptr;
    std::int64_t stride = 0;
    int planes = 0;
    SourceLines from;
  };
  static constexpr int kMost = 8;

  Part parts_[kMost];
  int count_ = 0;
  int part_ = 0;
  int next_ = 0;
  int lines_;
};

inline void clearPlanes(const Tensor& t, int block) {
  for (int c = 0; c < t.channels; ++c)
    std::fill_n(t.plane(block, c), static_cast<std::int64_t>(t.height) * t.width * kLanes, 0.0f);
}

}  // namespace nao::kernels::NAO_ISA
