// Matrix products with planes of lines: a matrix [rows][depth] of weights times planes [depth][lines][16], and the sums
// over lines and lanes of products of two sets of planes. Registers are blocked over rows and lines; the weights are
// read where they lie, through a row and a depth stride.
#pragma once

#include <cstdint>
#include <type_traits>

#include "kernels/cpu/lanes.h"

namespace nao::kernels::NAO_ISA {

/// Parts of `count` of nearly equal size, at most `largest` each: calls body(integral_constant<size>, first).
template <int Largest, class Body>
inline __attribute__((always_inline)) void forParts(int count, Body&& body) {
  const int parts = (count + Largest - 1) / Largest;
  int first = 0;
  for (int part = 0; part < parts; ++part) {
    const int size = (count - first) / (parts - part);
    if constexpr (Largest >= 6) {
      if (size == 6) body(std::integral_constant<int, 6>{}, first);
    }
    if constexpr (Largest >= 5) {
      if (size == 5) body(std::integral_constant<int, 5>{}, first);
    }
    if constexpr (Largest >= 4) {
      if (size == 4) body(std::integral_constant<int, 4>{}, first);
    }
    if (size == 3) body(std::integral_constant<int, 3>{}, first);
    if (size == 2) body(std::integral_constant<int, 2>{}, first);
    if (size == 1) body(std::integral_constant<int, 1>{}, first);
    first += size;
  }
}

/// What is done between the multiply-adds of one depth, if nothing is.
struct NoStep {
  void operator()() const {}
};

/// A matrix, element (row, k) at data[row * rowStride + k * depthStride].
struct Matrix {
  const float* data = nullptr;
  int rows = 0;
  int depth = 0;
  std::int64_t rowStride = 0;
  std::int64_t depthStride = 0;
};

/// From the lines of one depth to those of the next, where they lie evenly. A copy of it goes along with every tile.
struct EvenDepths {
  std::int64_t stride;

  const float* next(const float* src) const { return src + stride; }
};

// Accumulators, one loaded line each and one weight fit the 32 or 16 registers.
constexpr int kGemmRows = kVec == 16 ? 5 : 4;
constexpr int kGemmLines = kVec == 16 ? 5 : 3;

/// acc[m][n] = sum k: w(m, k) * line n of depth k, from `src` on for the first and as `depths` says for the others.
template <int M, int N, class Depths, class Step>
inline __attribute__((always_inline)) void gemmTile(const Matrix& w, int row, const float* src, Depths depths,
                                                    Vec (&acc)[M][N], Step&& step) {
#pragma GCC unroll 32
  for (int i = 0; i < M * N; ++i) acc[i / N][i % N] = zero();
  const float* weight = w.data + row * w.rowStride;
  const std::int64_t rowStride = w.rowStride;
#pragma GCC unroll 1
  for (int k = 0; k < w.depth; ++k) {
    Vec x[N];
#pragma GCC unroll 8
    for (int n = 0; n < N; ++n) x[n] = loadOnce(src + n * kLanes);
#pragma GCC unroll 8
    for (int m = 0; m < M; ++m) {
      const Vec factor = broadcast(weight[m * rowStride]);
#pragma GCC unroll 8
      for (int n = 0; n < N; ++n) acc[m][n] = fma(factor, x[n], acc[m][n]);
    }
    src = depths.next(src);
    weight += w.depthStride;
    step();
  }
}

/// Rows of a tile of so many lines, which leave registers for the lines and a weight.
template <int kLines>
constexpr int gemmRows() {
  return kVec == 8 && kLines <= 2 ? 6 : kGemmRows;
}

/// Calls sink(row, line, half, acc) for every tile acc[M][N] of the product; tiles of a line follow one another, so the
/// lines of all depths stay in the first-level cache. Calls step() between the depths of a tile.
template <class Depths, class Sink, class Step = NoStep>
inline void gemm(const Matrix& w, const float* src, const Depths& depths, int lines, Sink&& sink, Step&& step = {}) {
  forParts<kGemmLines>(lines, [&](auto n, int line) {
    forParts<gemmRows<decltype(n)::value>()>(w.rows, [&](auto m, int row) {
      constexpr int M = decltype(m)::value, N = decltype(n)::value;
      for (int half = 0; half < kHalves; ++half) {
        Vec acc[M][N];
        gemmTile<M, N>(w, row, src + line * kLanes + half * kVec, depths, acc, step);
        sink(row, line, half, acc);
      }
    });
  });
}
/// The same of planes `srcStride` floats apart.
template <class Sink, class Step = NoStep>
inline void gemm(const Matrix& w, const float* src, std::int64_t srcStride, int lines, Sink&& sink, Step&& step = {}) {
  gemm(w, src, EvenDepths{srcStride}, lines, sink, step);
}

// One operand of a chunk of kProductLines lines stays in the first-level cache while the other streams past.
constexpr int kProductRows = kVec == 16 ? 5 : 4;
constexpr int kProductCols = kVec == 16 ? 5 : 3;
constexpr int kProductLines = 64;

/// Planes `stride` floats apart, of rows `rowStride` floats apart.
struct RowPlanes {
  const float* data = nullptr;
  std::int64_t stride = 0;
  std::int64_t rowStride = 0;
};

/// gradient[m * gradientStride + n * columnStride] += sum over rows, their lines and lanes of a[m] * b[n].
template <int M, int N>
inline void productTile(RowPlanes a, RowPlanes b, int rows, int lines, float* gradient, std::int64_t gradientStride,
                        std::int64_t columnStride) {
  Vec acc[M][N];
#pragma GCC unroll 32
  for (int i = 0; i < M * N; ++i) acc[i / N][i % N] = zero();
#pragma GCC unroll 1
  for (int row = 0; row < rows; ++row) {
    const float *x = a.data + row * a.rowStride, *y = b.data + row * b.rowStride;
#pragma GCC unroll 1
    for (int i = 0; i < lines * kHalves; ++i, x += kVec, y += kVec) {
      Vec columns[N];
#pragma GCC unroll 8
      for (int n = 0; n < N; ++n) columns[n] = loadOnce(y + n * b.stride);
#pragma GCC unroll 8
      for (int m = 0; m < M; ++m) {
        const Vec factor = loadOnce(x + m * a.stride);
#pragma GCC unroll 8
        for (int n = 0; n < N; ++n) acc[m][n] = fma(factor, columns[n], acc[m][n]);
      }
    }
  }
  Vec flat[M * N];
#pragma GCC unroll 32
  for (int i = 0; i < M * N; ++i) flat[i] = acc[i / N][i % N];
  float sums[M * N] = {};
  addLaneSums(flat, sums);
  for (int m = 0; m < M; ++m) {
    for (int n = 0; n < N; ++n) gradient[m * gradientStride + n * columnStride] += sums[m * N + n];
  }
}

/// gradient[row][col] += sum over lines and lanes of a[row] * b[col]; planes a [rows][lines][16], b [cols][lines][16].
inline void addProducts(const float* a, std::int64_t aStride, int rows, const float* b, std::int64_t bStride, int cols,
                        int lines, float* gradient) {
  for (int line = 0; line < lines; line += kProductLines) {
    const int count = lines - line < kProductLines ? lines - line : kProductLines;
    forParts<kProductRows>(rows, [&](auto m, int row) {
      const float* aRow = a + row * aStride + line * kLanes;
      forParts<kProductCols>(cols, [&](auto n, int col) {
        productTile<decltype(m)::value, decltype(n)::value>(
            {aRow, aStride, 0}, {b + col * bStride + line * kLanes, bStride, 0}, 1, count,
            gradient + static_cast<std::int64_t>(row) * cols + col, cols, 1);
      });
    });
  }
}

}  // namespace nao::kernels::NAO_ISA
