// multiplyOuter: gradient[row][col] = sum over columns of left[row][column] * right[col][column]. As product.cuh says.
#pragma once

#include "kernels/cuda/product.cuh"

namespace nao::kernels::cuda {

constexpr int kMostLeftFloats = 80 * 132;  // of the left tile, where it can be made smaller

/// Results by fused multiply-add: a thread has a block of 5 x 5 neighbours for a share of the columns. Tiles have an
/// odd number of quads between rows, so that neighbouring blocks lie in different banks.
struct ThreadOuter {
  static constexpr int kSide = 5, kResults = kSide * kSide;
  static constexpr int kSpace = kThreads * kResults;  // floats of shared memory that sums need
  static_assert(kOuterSide * kOuterSide <= kThreads * kResults);
  int rows, cols, shares, share, firstRow, firstCol;
  bool whole;  // all blocks
  float out[kSide][kSide] = {};

  __device__ ThreadOuter(int rows_, int cols_) : rows(rows_), cols(cols_) {
    const int across = ceilOf(cols, kSide), down = ceilOf(rows, kSide), blocks = across * down;
    shares = quotient(kThreads, blocks);
    share = quotient(static_cast<int>(threadIdx.x), blocks);
    const int block = static_cast<int>(threadIdx.x) - share * blocks, blockRow = quotient(block, across);
    firstRow = kSide * blockRow;
    firstCol = kSide * (block - blockRow * across);
    whole = rows == kSide * down && cols == kSide * across;
  }
  __device__ static int space(int, int) { return kSpace; }

  /// Tiles with a constant pitch hold whole blocks of rows, others may not.
  template <int kPitch = 0>
  __device__ void add(const float* left, const float* right, int pitch, int quads) {
    if (share >= shares) return;
    const int ofShare = quotient(quads + shares - 1, shares), first = share * ofShare;
    const float *l[kSide], *r[kSide];
#pragma unroll
    for (int i = 0; i < kSide; ++i) {
      l[i] = kPitch > 0 ? left + (firstRow * kPitch + 4 * first) + i * kPitch
                        : left + (min(firstRow + i, rows - 1) * pitch + 4 * first);
      r[i] = kPitch > 0 ? right + (firstCol * kPitch + 4 * first) + i * kPitch
                        : right + (min(firstCol + i, cols - 1) * pitch + 4 * first);
    }
    const int count = min(ofShare, quads - first);
#pragma unroll 2
    for (int quad = 0; quad < count; ++quad) {
      float4 a[kSide];
#pragma unroll
      for (int i = 0; i < kSide; ++i) a[i] = fourOf(l[i] + 4 * quad);
#pragma unroll
      for (int j = 0; j < kSide; ++j) {
        const float4 b = fourOf(r[j] + 4 * quad);
#pragma unroll
        for (int i = 0; i < kSide; ++i)
          out[i][j] = fmaf(a[i].x, b.x, fmaf(a[i].y, b.y, fmaf(a[i].z, b.z, fmaf(a[i].w, b.w, out[i][j]))));
      }
    }
  }
  /// Leaves the sums over the shares in dst [rows][cols] of device memory; all threads call.
  __device__ void leave(float* space, float* dst) const {
    if (shares == 1) return put(dst);
    const int all = rows * cols;
    meetIn(space);
#pragma unroll 1
    for (int i = threadIdx.x; i < all; i += kThreads) dst[i] = sumOfShares(space + i);
  }
  /// Calls leave(row, col, sum over the shares); all threads call.
  template <class Leave>
  __device__ void sum(float* space, Leave&& leave) const {
    if (shares == 1 && whole) {
      if (share > 0) return;
#pragma unroll
      for (int i = 0; i < kResults; ++i) leave(firstRow + i / kSide, firstCol + i % kSide, out[i / kSide][i % kSide]);
      return;
    }
    meetIn(space);
#pragma unroll 1
    for (int row = threadIdx.x / 32; row < rows; row += kWarps)
#pragma unroll 1
      for (int col = threadIdx.x % 32; col < cols; col += 32) leave(row, col, sumOfShares(space + (row * cols + col)));
  }

 private:
  /// All results in [share][rows][cols], seen by all threads.
  __device__ void meetIn(float* space) const {
    __syncthreads();  // the tiles have been read
    put(space + share * rows * cols);
    __syncthreads();
  }
  __device__ void put(float* dst) const {
    if (share >= shares) return;
    float* to = dst + (firstRow * cols + firstCol);
    if (whole) {
#pragma unroll
      for (int i = 0; i < kSide; ++i, to += cols)
#pragma unroll
        for (int j = 0; j < kSide; ++j) to[j] = out[i][j];
      return;
    }
#pragma unroll
    for (int i = 0; i < kSide; ++i, to += cols)
#pragma unroll
      for (int j = 0; j < kSide; ++j)
        if (firstRow + i < rows && firstCol + j < cols) to[j] = out[i][j];
  }
  __device__ float sumOfShares(const float* of) const {
    const int all = rows * cols;
    float sum = 0;
#pragma unroll 4
    for (int s = 0; s < shares; ++s, of += all) sum += *of;
    return sum;
  }
};

template <class P>
using OuterOf = std::conditional_t<P::kTensorCores, TensorOuter, ThreadOuter>;

/// Which part of the left operand a tile holds.
struct LeftTile {
  int row = -1, quad = -1;
};

/// How the operands of multiplyOuter are cut.
template <class P>
struct OuterShape {
  TileShape tile;
  int rows, cols, leftFloats, rightFloats;

  /// `back`: the left tile is multiplied by weights, too, which takes all rows at once.
  __device__ OuterShape(int allRows, int allCols, int quads, bool back) : tile(TileShape::of(quads)) {
    rows = ceilOf(allRows, ceilOf(allRows, kOuterSide));
    while (tile.shift > 4 && rows * tile.pitch() > kMostLeftFloats) --tile.shift;
    leftFloats = rows * tile.pitch();
    const int most = back ? min(kOuterSide, mostBackRows<P>(tile)) : kOuterSide;
    int parts = ceilOf(allCols, most);
    do {
      cols = ceilOf(allCols, parts++);
      rightFloats = max(cols * tile.pitch(), OuterOf<P>::space(rows, cols));
    } while (leftFloats + rightFloats + (back ? weightFloats() : 0) > kProductFloats);
  }
  __device__ int weightFloats() const {
    int floats = 0;
    withRows<P, true>(tile, cols, [&](const auto& back) { floats = back.weights.floats(rows); });
    return floats;
  }
};

/// Product has
///   rows(), cols();
///   right(quad): of a quad of the columns, with begin(row, slots) and finish(row, slots) that fill a tile, and
///   left(quad), of which only finish() is called;
///   left is 0 for lanes that are no image;
///   leave(row, col, value);
///   kBack; if that is true wantsBack(): whether weight^T * left is wanted, too, which takes
///   weights(): what fillWeights() reads, its rows being the columns of the result;
///   leaveBack(col, quad, gradient, right operand), of four columns.
/// `shared` holds kProductBytes; `filled` says what of the left operand lies there already, from a call with the same
/// rows and quads.
template <class P, class Product>
__device__ inline void multiplyOuter(const Product& product, int quads, float* shared, LeftTile& filled) {
  bool back = false;
  if constexpr (Product::kBack) back = product.wantsBack();
  const OuterShape<P> shape(product.rows(), product.cols(), quads, back);
  const TileShape& tile = shape.tile;
  float* const left = shared;
  float* const right = left + shape.leftFloats;
  float* const weights = right + shape.rightFloats;

  for (int firstRow = 0; firstRow < product.rows(); firstRow += shape.rows)
    for (int firstCol = 0; firstCol < product.cols(); firstCol += shape.cols) {
      const int rows = min(shape.rows, product.rows() - firstRow), cols = min(shape.cols, product.cols() - firstCol);
      OuterOf<P> outer(rows, cols);
      for (int firstQuad = 0; firstQuad < quads; firstQuad += tile.quads()) {
        const int quad = firstQuad + tile.quad(), inTile = min(tile.quads(), quads - firstQuad);
        const bool present = quad < quads, fillsLeft = filled.row != firstRow || filled.quad != firstQuad;
        const auto rightValues = product.right(present ? quad : 0);
        const Slots leftSlots(tile, left, rows, present), rightSlots(tile, right, cols, present);
        __syncthreads();  // the tiles before have been read
        rightValues.begin(firstCol, rightSlots);
        if constexpr (Product::kBack) {
          if (back)
            withRows<P, true>(tile, cols, [&](const auto& of) {
              fillWeights<P>(product.weights(), firstCol, cols, 0, rows, of.weights, weights);
            });
        }
        if (fillsLeft) {
          product.left(present ? quad : 0).finish(firstRow, leftSlots);
          fillAbsent<P>(tile, left, rows, present);
        }
        rightValues.finish(firstCol, rightSlots);
        fillAbsent<P>(tile, right, cols, present);
        filled = {firstRow, firstQuad};
        __syncthreads();
        if constexpr (Product::kBack) {
          if (back)
            withRows<P, true>(tile, cols, [&](auto gradients) {
              for (int turn = 0; turn < gradients.turns(); ++turn, gradients.nextTurn()) {
                gradients.clear();
                gradients.add(left, inTile, weights, rows);
                gradients.each(inTile, [&](int col, int inner, const float4& gradient) {
                  product.leaveBack(firstCol + col, firstQuad + inner, gradient,
                                    fourOf(right + col * tile.pitch() + 4 * inner));
                });
              }
            });
        }
        outer.add(left, right, tile.pitch(), inTile);
      }
      outer.sum(right, [&](int row, int col, float value) { product.leave(firstRow + row, firstCol + col, value); });
    }
}

}  // namespace nao::kernels::cuda
