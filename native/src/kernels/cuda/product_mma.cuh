// The matrix products of product.cuh on tensor cores: D[16][8] += A[16][8] * B[8][8] (fragments.h). Operands are
// rounded to tf32 when they are put into shared memory. Which columns, depths and rows the numbers of fragments stand
// for is free: they are dealt out so that a lane reads quads of columns, and the lanes of a phase from different banks.
#pragma once

#include "kernels/cuda/product_tile.cuh"
#include "kernels/pivots.h"

namespace nao::kernels::cuda {

constexpr int kStep = 8;        // depth, rows, columns of an operand
constexpr int kOuterSide = 80;  // of the results of multiplyOuter at a time

/// Where a lane's elements of fragments lie: A and D in row `row` and the eighth below, B in column `row`; of D columns
/// 2 * col and the next, of A and B depth `col` and the fourth below.
struct FragmentLane {
  int row, col;

  __device__ FragmentLane() : row(static_cast<int>(threadIdx.x) % 32 / 4), col(static_cast<int>(threadIdx.x) % 4) {}
};

__device__ inline float toTensorCore(float x) { return __uint_as_float(nao::cuda::toTf32(x)); }
__device__ inline void multiplyAdd(float (&d)[4], const float (&a)[4], float b0, float b1) {
  const std::uint32_t left[4] = {__float_as_uint(a[0]), __float_as_uint(a[1]), __float_as_uint(a[2]),
                                 __float_as_uint(a[3])};
  const std::uint32_t right[2] = {__float_as_uint(b0), __float_as_uint(b1)};
  nao::cuda::multiplyAddTf32(d, left, right);
}

// ---- multiply: a span of eight quads of columns makes two A, one of the even pairs of columns and one of the odd; a
// lane has quad `row` of a span, of depths 2 * col and the next

struct TensorWeights {
  static constexpr int kRowsOfWarp = 8;
  int filled;  // rows, a multiple of 8

  __device__ int rows() const { return filled; }
  __device__ int depths(int depth) const { return ceilOf(depth, kStep) * kStep; }
  /// Floats from one row to the next: pairs of depths of four rows lie in different banks.
  __device__ int pitch(int depth) const { return ceilOf(depth, kStep) / 2 * 2 * kStep + kStep; }
  __device__ int at(int row, int k, int depth) const { return row * pitch(depth) + k; }
  __device__ int floats(int depth) const { return filled * pitch(depth); }
  __device__ int most(int floats, int valuePitch) const {
    const int depth = (floats - filled * kStep) / (valuePitch + filled);
    return depth < kStep ? depth : depth / kStep * kStep;
  }
};

/// Products of a warp: kTiles tiles of 8 rows for kSpans spans of columns. The warps have all spans of a tile, and as
/// many groups of rows as there are warps for; where spans are left over, they are of the next turn.
template <class P, int kSpans, int kTiles>
struct TensorRows {
  static constexpr int kMost = kStep * kTiles;
  static_assert(kWarps * 2 * kMost * sizeof(double) <= kSumsFloats * sizeof(float));
  TileShape shape;
  int count;  // of the rows
  TensorWeights weights;
  int warpsAcross, group, tiles, firstSpan;
  FragmentLane lane;
  float out[kSpans][kTiles][2][4];
  bool summed = false;

  __device__ TensorRows(const TileShape& tile, int rows)
      : shape(tile), count(rows), weights{ceilOf(min(rows, mostRows(tile)), kStep) * kStep}, warpsAcross(across(tile)) {
    const int warp = threadIdx.x / 32;
    group = warp / warpsAcross;
    firstSpan = warp % warpsAcross * kSpans;
    tiles = ceilOf(weights.filled / kStep, kWarps / warpsAcross);
  }
  __device__ static int across(const TileShape& tile) { return min(kWarps, tile.quads() / (kStep * kSpans)); }
  __device__ int turns() const { return shape.quads() / (kStep * kSpans * warpsAcross); }
  __device__ void nextTurn() { firstSpan += warpsAcross * kSpans; }
  __device__ static int mostRows(const TileShape& tile) { return kWarps / across(tile) * kMost; }
  /// The first row of a tile of the warp, or -1.
  __device__ int rowOf(int tile) const {
    const int row = (group * tiles + tile) * kStep;
    return tile < tiles && row < weights.filled ? row : -1;
  }
  __device__ void clear() {
#pragma unroll
    for (int i = 0; i < kSpans * kTiles * 8; ++i) out[i / 8 / kTiles][i / 8 % kTiles][i / 4 % 2][i % 4] = 0;
  }
  __device__ void add(const float* tile, int quads, const float* weightTile, int depth) {
    if (firstSpan * kStep >= quads) return;
    const int pitch = shape.pitch(), weightPitch = weights.pitch(depth);
    const float* const values = tile + 4 * (firstSpan * kStep + lane.row);
    const float* const weight = weightTile + lane.row * weightPitch + 2 * lane.col;
    for (int k = 0; k < depth; k += kStep) {
      // Beyond the depth weights are 0.
      const float* const upper = values + min(k + 2 * lane.col, depth - 1) * pitch;
      const float* const lower = values + min(k + 2 * lane.col + 1, depth - 1) * pitch;
      float a[kSpans][2][4];
#pragma unroll
      for (int s = 0; s < kSpans; ++s) {
        const float4 u = fourOf(upper + s * 4 * kStep), l = fourOf(lower + s * 4 * kStep);
        a[s][0][0] = u.x, a[s][0][1] = u.y, a[s][0][2] = l.x, a[s][0][3] = l.y;
        a[s][1][0] = u.z, a[s][1][1] = u.w, a[s][1][2] = l.z, a[s][1][3] = l.w;
      }
#pragma unroll
      for (int t = 0; t < kTiles; ++t) {
        const int row = rowOf(t);
        if (row < 0) continue;
        const float2 w = twoOf(weight + row * weightPitch + k);
#pragma unroll
        for (int s = 0; s < kSpans; ++s) {
          multiplyAdd(out[s][t][0], a[s][0], w.x, w.y);
          multiplyAdd(out[s][t][1], a[s][1], w.x, w.y);
        }
      }
    }
  }
  /// Calls f(row, quad, values) for the results of a tile of `quads`.
  template <class F>
  __device__ void each(int quads, F&& f) const {
#pragma unroll
    for (int s = 0; s < kSpans; ++s) {
      const int quad = (firstSpan + s) * kStep + lane.row;
#pragma unroll
      for (int t = 0; t < kTiles; ++t) {
        const float(&d)[2][4] = out[s][t];
#pragma unroll
        for (int j = 0; j < 2; ++j) {
          const int row = rowOf(t) + 2 * lane.col + j;
          if (rowOf(t) >= 0 && row < count && quad < quads)
            f(row, quad, make_float4(d[0][j], d[0][j + 2], d[1][j], d[1][j + 2]));
        }
      }
    }
  }
  /// The warp's sums of its rows in shared memory, and behind them those of squares.
  __device__ static double* sumsOf(double* space, int warp) { return space + warp * 2 * kMost; }
  /// Adds the first live(quad) columns of the tile's quads to the sums in `space`; all threads call.
  template <class Live>
  __device__ void addSums(double* space, int quads, Live&& live) {
    double* const mine = sumsOf(space, static_cast<int>(threadIdx.x) / 32) + 2 * lane.col;
    int images[kSpans], columns = 0;
#pragma unroll
    for (int s = 0; s < kSpans; ++s) {
      const int quad = (firstSpan + s) * kStep + lane.row;
      images[s] = quad < quads ? max(min(live(quad), 4), 0) : 0;
      columns += images[s];
    }
    for (int distance = 4; distance <= 16; distance *= 2) columns += __shfl_xor_sync(0xffffffffu, columns, distance);
#pragma unroll
    for (int i = 0; i < kTiles * 2; ++i) {
      // Of the first column, which is an image if any of them are.
      const float first = __shfl_sync(0xffffffffu, rounded<P>(out[0][i / 2][0][i % 2]), lane.col);
      const float pivot = columns > 0 ? first : 0;
      float sum = 0, square = 0;
#pragma unroll
      for (int s = 0; s < kSpans; ++s)
#pragma unroll
        for (int column = 0; column < 4; ++column) {
          const float one = out[s][i / 2][column / 2][i % 2 + column % 2 * 2];
          const float d = column < images[s] ? rounded<P>(one) - pivot : 0.0f;
          sum += d;
          square = fmaf(d, d, square);
        }
      for (int distance = 4; distance <= 16; distance *= 2) {
        sum += __shfl_xor_sync(0xffffffffu, sum, distance);
        square += __shfl_xor_sync(0xffffffffu, square, distance);
      }
      if (lane.row != 0) continue;
      double* const at = mine + i / 2 * kStep + i % 2;
      ChannelTotals totals;
      if (summed) totals = {at[0], at[kMost]};
      totals.addOutputs(static_cast<double>(pivot), columns, static_cast<double>(sum), static_cast<double>(square));
      at[0] = totals.first;
      at[kMost] = totals.second;
    }
    summed = true;
  }
  /// Calls leave(row, totals); all threads call.
  template <class Leave>
  __device__ void leaveSums(double* space, Leave&& leave) const {
    __syncthreads();
    for (int row = threadIdx.x; row < min(count, weights.filled); row += kThreads) {
      const int of = row / kStep / tiles;  // the group
      const double* const at = sumsOf(space, of * warpsAcross) + (row - of * tiles * kStep);
      ChannelTotals totals;
      for (int warp = 0; summed && warp < warpsAcross; ++warp) {
        totals.first += at[warp * 2 * kMost];
        totals.second += at[warp * 2 * kMost + kMost];
      }
      leave(row, totals);
    }
  }
};

// ---- multiplyOuter: a warp has a block of up to 3 x 3 tiles of results for a share of the columns; a lane has quad
// `col` of four

struct TensorOuter {
  static constexpr int kSide = 3, kResults = kSide * kSide * 4;
  int rows, cols, tilesDown, tilesAcross;  // tiles of a block
  int across, blocks, shares, block, share;
  FragmentLane lane;
  float out[kSide][kSide][4] = {};

  __device__ TensorOuter(int rows_, int cols_) : rows(rows_), cols(cols_) {
    const int allDown = ceilOf(rows, 2 * kStep), allAcross = ceilOf(cols, kStep), down = ceilOf(allDown, kSide);
    across = ceilOf(allAcross, kSide);
    tilesDown = ceilOf(allDown, down);
    tilesAcross = ceilOf(allAcross, across);
    blocks = down * across;
    shares = kWarps / blocks;
    block = static_cast<int>(threadIdx.x) / 32 % blocks;
    share = static_cast<int>(threadIdx.x) / 32 / blocks;
  }
  /// Floats of shared memory that sum() needs.
  __device__ static int space(int rows, int cols) {
    const int blocks = ceilOf(rows, 2 * kStep * kSide) * ceilOf(cols, kStep * kSide);
    return kWarps / blocks > 1 ? kWarps / blocks * blocks * kResults * 32 : 0;
  }
  /// Row or column of eight that number `i` of a fragment stands for: neighbours are four apart.
  __device__ static int spread(int i) { return i / 2 + i % 2 * 4; }
  __device__ int firstRow(int of, int tile) const { return (of / across * tilesDown + tile) * 2 * kStep; }
  __device__ int firstCol(int of, int tile) const { return (of % across * tilesAcross + tile) * kStep; }

  __device__ void add(const float* left, const float* right, int pitch, int quads) {
    if (share >= shares) return;
    const float* const leftQuad = left + 4 * lane.col;
    const float* const rightQuad = right + 4 * lane.col;
    const int inner = spread(lane.row);
    for (int quad = 4 * share; quad < quads; quad += 4 * shares) {
      float4 l[kSide][2];
#pragma unroll
      for (int i = 0; i < 2 * kSide; ++i) {
        const int row = min(firstRow(block, i / 2) + i % 2 * kStep + inner, rows - 1);
        l[i / 2][i % 2] = fourOf(leftQuad + row * pitch + 4 * quad);
      }
#pragma unroll
      for (int j = 0; j < kSide; ++j) {
        if (j >= tilesAcross) continue;
        const float4 r = fourOf(rightQuad + min(firstCol(block, j) + inner, cols - 1) * pitch + 4 * quad);
#pragma unroll
        for (int i = 0; i < kSide; ++i) {
          if (i >= tilesDown) continue;
          const float even[4] = {l[i][0].x, l[i][1].x, l[i][0].y, l[i][1].y};
          const float odd[4] = {l[i][0].z, l[i][1].z, l[i][0].w, l[i][1].w};
          multiplyAdd(out[i][j], even, r.x, r.y);
          multiplyAdd(out[i][j], odd, r.z, r.w);
        }
      }
    }
  }
  /// Calls leave(row, col, value) for result `index` of a lane in block `of`.
  template <class Leave>
  __device__ void leaveOne(int of, int index, int lane32, float value, Leave&& leave) const {
    const int tile = index / 4, i = tile / kSide, j = tile % kSide;
    const int row = firstRow(of, i) + index % 4 / 2 * kStep + spread(lane32 / 4);
    const int col = firstCol(of, j) + spread(lane32 % 4 * 2 + index % 2);
    if (i < tilesDown && j < tilesAcross && row < rows && col < cols) leave(row, col, value);
  }
  /// Calls leave(row, col, sum over the shares); all threads call.
  template <class Leave>
  __device__ void sum(float* space, Leave&& leave) const {
    const int lane32 = threadIdx.x % 32;
    if (shares == 1) {
      if (share > 0) return;
#pragma unroll
      for (int i = 0; i < kResults; ++i) leaveOne(block, i, lane32, out[i / 4 / kSide][i / 4 % kSide][i % 4], leave);
      return;
    }
    __syncthreads();  // the tiles have been read
    if (share < shares) {
#pragma unroll
      for (int i = 0; i < kResults; ++i)
        space[((share * blocks + block) * kResults + i) * 32 + lane32] = out[i / 4 / kSide][i / 4 % kSide][i % 4];
    }
    __syncthreads();
    for (int at = threadIdx.x; at < blocks * kResults * 32; at += kThreads) {
      const int of = at / (kResults * 32);
      float sum = 0;
      for (int s = 0; s < shares; ++s) sum += space[s * blocks * kResults * 32 + at];
      leaveOne(of, at / 32 - of * kResults, lane32, sum, leave);
    }
  }
};

}  // namespace nao::kernels::cuda
