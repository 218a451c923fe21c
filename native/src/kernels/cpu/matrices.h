// Row-major matrices whose rows are whole lines of kLanes floats, and their products by the loops of gemm.h.
#pragma once

#include <algorithm>

#include "kernels/cpu/gemm.h"

namespace nao::kernels::NAO_ISA {

constexpr int padded(int count) { return (count + kLanes - 1) / kLanes * kLanes; }

/// Rows of `lines` lines, `stride` floats apart.
struct Rows {
  float* data = nullptr;
  int rows = 0;
  int lines = 0;
  std::int64_t stride = 0;

  float* row(std::int64_t i) const { return data + i * stride; }
  Rows from(int first, int count, std::int64_t step = 1) const {
    return {data + first * stride, count, lines, stride * step};
  }
  void clear() const {
    for (int i = 0; i < rows; ++i) std::fill_n(row(i), lines * kLanes, 0.0f);
  }
  /// As the left factor of a product: every row a row, `depth` columns.
  Matrix left(int depth) const { return {data, rows, depth, stride, 1}; }
  /// Transposed: every column a row, of which there are `columns`.
  Matrix transposed(int columns) const { return {data, columns, rows, 1, stride}; }
};

enum class Write { kOver, kAdd };

/// dst = left * right, or dst += left * right; right has left.depth rows.
template <Write kWrite>
inline void product(const Matrix& left, const Rows& right, const Rows& dst) {
  gemm(left, right.data, right.stride, right.lines, [&](int row, int line, int half, auto& tile) {
    float* out = dst.row(row) + line * kLanes + half * kVec;
#pragma GCC unroll 8
    for (auto& sums : tile) {
#pragma GCC unroll 8
      for (int n = 0; n < static_cast<int>(sizeof(sums) / sizeof(Vec)); ++n)
        store(out + n * kLanes, kWrite == Write::kAdd ? load(out + n * kLanes) + sums[n] : sums[n]);
      out += dst.stride;
    }
  });
}

/// dst += the transposed a times b, which have equally many rows: a sum over rows of outer products, of the first
/// `columns` columns of a. Goes through the rows by chunks, of which that of b stays in the first-level cache.
inline void addOuterProducts(const Rows& a, int columns, const Rows& b, const Rows& dst) {
  constexpr int kChunk = 96;
  for (int first = 0; first < a.rows; first += kChunk) {
    const int count = std::min(kChunk, a.rows - first);
    product<Write::kAdd>(a.from(first, count).transposed(columns), b.from(first, count), dst);
  }
}

/// dst[c][r] = src[r][c]; 8x8 blocks, the rest one by one.
inline void transpose(const float* src, std::int64_t srcStride, int rows, int columns, float* dst,
                      std::int64_t dstStride) {
  const int wholeRows = rows / 8 * 8, wholeColumns = columns / 8 * 8;
  for (int r = 0; r < wholeRows; r += 8)
    for (int c = 0; c < wholeColumns; c += 8) {
      __m256 v[8], w[8];
#pragma GCC unroll 8
      for (int i = 0; i < 8; ++i) v[i] = _mm256_loadu_ps(src + (r + i) * srcStride + c);
#pragma GCC unroll 4
      for (int i = 0; i < 8; i += 2) {
        w[i] = _mm256_unpacklo_ps(v[i], v[i + 1]);
        w[i + 1] = _mm256_unpackhi_ps(v[i], v[i + 1]);
      }
#pragma GCC unroll 2
      for (int i = 0; i < 8; i += 4) {
        v[i] = _mm256_shuffle_ps(w[i], w[i + 2], 0x44);
        v[i + 1] = _mm256_shuffle_ps(w[i], w[i + 2], 0xee);
        v[i + 2] = _mm256_shuffle_ps(w[i + 1], w[i + 3], 0x44);
        v[i + 3] = _mm256_shuffle_ps(w[i + 1], w[i + 3], 0xee);
      }
#pragma GCC unroll 4
      for (int i = 0; i < 4; ++i) {
        _mm256_storeu_ps(dst + (c + i) * dstStride + r, _mm256_permute2f128_ps(v[i], v[i + 4], 0x20));
        _mm256_storeu_ps(dst + (c + 4 + i) * dstStride + r, _mm256_permute2f128_ps(v[i], v[i + 4], 0x31));
      }
    }
  for (int r = 0; r < rows; ++r)
    for (int c = r < wholeRows ? wholeColumns : 0; c < columns; ++c) dst[c * dstStride + r] = src[r * srcStride + c];
}

/// Floats given out one after another, by lines; without memory only counted.
class Space {
 public:
  explicit Space(float* memory) : next_(memory) {}

  float* take(std::int64_t floats) {
    const std::int64_t whole = (floats + kLanes - 1) / kLanes * kLanes;
    float* const taken = next_;
    taken_ += whole;
    if (next_ != nullptr) next_ += whole;
    return taken;
  }
  /// Rows of `columns` floats, padded to whole lines, and so many more floats between them.
  Rows rows(std::int64_t rows, int columns, int between = 0) {
    const int stride = padded(columns) + between;
    return {take(rows * stride), static_cast<int>(rows), padded(columns) / kLanes, stride};
  }
  std::int64_t taken() const { return taken_; }

 private:
  float* next_;
  std::int64_t taken_ = 0;
};

}  // namespace nao::kernels::NAO_ISA
