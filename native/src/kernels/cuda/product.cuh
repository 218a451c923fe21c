// Matrix products over the columns of an item, a column being one image of one pixel: the shared part of convolutions.
//
//   multiply     out[row][column] = sum over depth of weight[row][depth] * value[depth][column], and sums of out
//   multiplyOuter (product_outer.cuh)  gradient[row][col] = sum over columns of left[row][column] * right[col][column]
//
// Tiles lie in shared memory; a thread holds a small block of results in registers (fused multiply-add), or a warp
// does (tensor cores). A thread fills one quad of a tile's columns, so that it works out only once where that
// lies. What is multiplied comes from `Product`, so that normalisation, strides and windows happen while tiles are
// filled.
#pragma once

#include <type_traits>

#include "kernels/cuda/product_mma.cuh"
#include "kernels/cuda/product_operands.cuh"
#include "kernels/cuda/reduce.cuh"
#include "kernels/pivots.h"

namespace nao::kernels::cuda {

/// The R rows of a group lie together, so that its threads read them as vectors: the first 4 or 8 of every group, and
/// after those of all groups the remaining 1 or 2.
template <int R>
struct ThreadWeights {
  static_assert(R == 5 || R == 10);
  static constexpr int kWide = R / 4 * 4, kRest = R - kWide, kRowsOfWarp = 32;
  int groups;

  __device__ int rows() const { return groups * R; }
  __device__ int depths(int depth) const { return depth; }
  /// Floats from one depth to the next: an odd number of quads keeps stores along the depth apart.
  __device__ int pitch() const { return 4 * ((rows() + 3) / 4 | 1); }
  __device__ int wide(int group) const { return group * kWide; }
  __device__ int rest(int group) const { return groups * kWide + group * kRest; }
  __device__ int at(int row, int depth, int) const {
    const int group = row / R, i = row % R;
    return (i < kWide ? wide(group) + i : rest(group) + i - kWide) + depth * pitch();
  }
  __device__ int floats(int depth) const { return depth * pitch(); }
  /// The most depth of a tile of values and one of weights.
  __device__ int most(int floats, int valuePitch) const { return floats / (valuePitch + pitch()); }
};

/// Products by fused multiply-add: a thread has R rows of a quad.
template <class P, int R>
struct ThreadRows {
  static constexpr int kValues = R == 5 ? 16 : 32, kOfThread = kValues / 16;
  static constexpr int kPivots = (R + 3) / 4 * 4;  // of a half-warp
  static_assert(kThreads * kOfThread * sizeof(double) + kThreads / 16 * kPivots * sizeof(float) <=
                kSumsFloats * sizeof(float));
  static_assert(2 * R < kValues);
  TileShape shape;
  ThreadWeights<R> weights;
  int count;  // of the rows
  float out[R][4];
  double sums[kOfThread] = {};  // of rows less pivots, of squares, and the number of columns: half-warps add in float
  bool summed = false;

  __device__ ThreadRows(const TileShape& tile, int rows) : shape(tile), weights{tile.groups()}, count(rows) {}
  __device__ static int mostRows(const TileShape& tile) { return R * tile.groups(); }
  __device__ static constexpr int turns() { return 1; }
  __device__ void nextTurn() {}
  __device__ void clear() {
#pragma unroll
    for (int i = 0; i < 4 * R; ++i) out[i / 4][i % 4] = 0;
  }
  /// out[row][j] += weight[row][k] * value[k][j].
  __device__ void add(const float* tile, int quads, const float* weightTile, int depth) {
    if (shape.quad() >= quads || shape.group() * R >= count) return;
    const int pitch = shape.pitch(), weightPitch = weights.pitch();
    const float* values = tile + 4 * shape.quad();
    const float* wide = weightTile + weights.wide(shape.group());
    const float* rest = weightTile + weights.rest(shape.group());
#pragma unroll 2
    for (int k = 0; k < depth; ++k, values += pitch, wide += weightPitch, rest += weightPitch) {
      constexpr int kWide = ThreadWeights<R>::kWide;
      float w[R];
#pragma unroll
      for (int i = 0; i < kWide; i += 4) {
        const float4 four = fourOf(wide + i);
        w[i] = four.x, w[i + 1] = four.y, w[i + 2] = four.z, w[i + 3] = four.w;
      }
      if constexpr (R - kWide == 2) {
        const float2 two = twoOf(rest);
        w[kWide] = two.x, w[kWide + 1] = two.y;
      } else {
        w[kWide] = *rest;
      }
      const float4 value = fourOf(values);
#pragma unroll
      for (int i = 0; i < R; ++i) {
        out[i][0] = fmaf(w[i], value.x, out[i][0]);
        out[i][1] = fmaf(w[i], value.y, out[i][1]);
        out[i][2] = fmaf(w[i], value.z, out[i][2]);
        out[i][3] = fmaf(w[i], value.w, out[i][3]);
      }
    }
  }
  /// Calls f(row, quad, values) for the results of a tile of `quads`.
  template <class F>
  __device__ void each(int quads, F&& f) const {
    if (shape.quad() >= quads) return;
#pragma unroll
    for (int i = 0; i < R; ++i) {
      const int row = shape.group() * R + i;
      if (row < count) f(row, shape.quad(), make_float4(out[i][0], out[i][1], out[i][2], out[i][3]));
    }
  }
  /// A half-warp's pivots of its rows: its first column, which is an image if any of its columns are.
  __device__ static float* pivotsOf(double* space, int halfWarp) {
    return reinterpret_cast<float*>(space + kThreads * kOfThread) + halfWarp * kPivots;
  }
  /// Adds the first live(quad) columns of the tile's quads to the sums; all threads call. Leaves the other results as
  /// pivots.
  template <class Live>
  __device__ void addSums(double* space, int quads, Live&& live) {
    const int images = shape.quad() < quads ? max(min(live(shape.quad()), 4), 0) : 0;
    float* const pivots = pivotsOf(space, static_cast<int>(threadIdx.x) / 16);
    if (!summed) {
      if (threadIdx.x % 16 == 0)
#pragma unroll
        for (int i = 0; i < R; ++i) pivots[i] = images > 0 ? rounded<P>(out[i][0]) : 0;
      __syncwarp();
      summed = true;
    }
    float pivot[R];
#pragma unroll
    for (int i = 0; i < R / 4 * 4; i += 4) {
      const float4 four = fourOf(pivots + i);
      pivot[i] = four.x, pivot[i + 1] = four.y, pivot[i + 2] = four.z, pivot[i + 3] = four.w;
    }
#pragma unroll
    for (int i = R / 4 * 4; i < R; ++i) pivot[i] = pivots[i];
    if (images < 4) {
#pragma unroll
      for (int i = 0; i < 4 * R; ++i)
        if (i % 4 >= images) out[i / 4][i % 4] = pivot[i / 4];
    }
    float values[kValues] = {};
#pragma unroll
    for (int i = 0; i < 4 * R; ++i) {
      const float d = rounded<P>(out[i / 4][i % 4]) - pivot[i / 4];
      values[i / 4] += d;
      values[R + i / 4] = fmaf(d, d, values[R + i / 4]);
    }
    values[2 * R] = static_cast<float>(images);
    sumScattered<16, kValues>(values);
#pragma unroll
    for (int i = 0; i < kOfThread; ++i) sums[i] += values[i];
  }
  /// Calls leave(row, totals); all threads call.
  template <class Leave>
  __device__ void leaveSums(double* space, Leave&& leave) const {
    __syncthreads();
#pragma unroll
    for (int i = 0; i < kOfThread; ++i) space[threadIdx.x * kOfThread + i] = sums[i];
    __syncthreads();
    const int halves = shape.quads() / 16;  // half-warps of a group
    for (int row = threadIdx.x; row < min(count, weights.rows()); row += kThreads) {
      const int first = row / R * halves, i = row % R;
      ChannelTotals totals;
      for (int half = first; summed && half < first + halves; ++half) {
        const double* const of = space + half * kValues;
        totals.addOutputs(static_cast<double>(pivotsOf(space, half)[i]), of[2 * R], of[i], of[R + i]);
      }
      leave(row, totals);
    }
  }
};

/// Calls f(rows) with what multiplies `count` rows, or the first of them. kBack: it runs beside multiplyOuter, to which
/// it leaves registers; what it multiplies may take several turns.
template <class P, bool kBack, class F>
__device__ inline void withRows(const TileShape& shape, int count, F&& f) {
  if constexpr (P::kTensorCores && kBack) {
    f(TensorRows<P, 1, 3>(shape, count));
  } else if constexpr (P::kTensorCores) {
    if (shape.shift == 7)
      f(TensorRows<P, 2, 3>(shape, count));
    else
      f(TensorRows<P, 1, 5>(shape, count));
  } else {
    if (count <= ThreadRows<P, 5>::mostRows(shape))
      f(ThreadRows<P, 5>(shape, count));
    else
      f(ThreadRows<P, 10>(shape, count));
  }
}
template <class P>
__device__ inline int mostBackRows(const TileShape& shape) {
  return P::kTensorCores ? TensorRows<P, 1, 3>::mostRows(shape) : ThreadRows<P, 10>::mostRows(shape);
}

/// Product has
///   rows(), parts() and depth(part): the depth may be a concatenation;
///   weights(part): what fillWeights() reads;
///   values(part, quad): of a quad of the columns, with begin(row, slots) and finish(row, slots) that fill a tile;
///   leave(row, quad, float4);
///   hasSums() and leaveSums(row, totals), over the first live(quad) of the quads' images.
template <class P, class Rows, class Product>
__device__ inline void multiplyRows(const Product& product, const TileShape& shape, int quads, float* shared) {
  double* const sums = reinterpret_cast<double*>(shared);
  float* const tile = shared + kSumsFloats;
  int filledQuad = -1, filledPart = -1, filledDepth = -1;
  for (int firstRow = 0; firstRow < product.rows(); firstRow += Rows::mostRows(shape)) {
    Rows rows(shape, product.rows() - firstRow);
    const int most = rows.weights.most(kProductFloats - kSumsFloats, shape.pitch());  // depth of a chunk
    float* const weights = tile + most * shape.pitch();
    for (int firstQuad = 0; firstQuad < quads; firstQuad += shape.quads()) {
      const int quad = firstQuad + shape.quad(), inTile = min(shape.quads(), quads - firstQuad);
      const bool present = quad < quads;
      rows.clear();
      for (int part = 0; part < product.parts(); ++part) {
        const int depth = product.depth(part), chunk = ceilOf(depth, ceilOf(depth, most));
        const auto values = product.values(part, present ? quad : 0);
        for (int first = 0; first < depth; first += chunk) {
          const int count = min(chunk, depth - first);
          const Slots slots(shape, tile, count, present);
          const bool filled = firstQuad == filledQuad && part == filledPart && first == filledDepth;
          __syncthreads();  // the tile before has been read
          if (!filled && filledQuad >= 0) values.begin(first, slots);
          fillWeights<P>(product.weights(part), firstRow, rows.count, first, count, rows.weights, weights);
          if (filledQuad < 0) {
            nao::cuda::waitForPrevious();
            values.begin(first, slots);
          }
          if (!filled) {
            values.finish(first, slots);
            fillAbsent<P>(shape, tile, count, present);
          }
          filledQuad = firstQuad, filledPart = part, filledDepth = first;
          __syncthreads();
          rows.add(tile, inTile, weights, count);
        }
      }
      rows.each(inTile, [&](int row, int inner, const float4& values) {
        product.leave(firstRow + row, firstQuad + inner, values);
      });
      if (product.hasSums()) rows.addSums(sums, inTile, [&](int inner) { return product.live(firstQuad + inner); });
    }
    if (filledQuad < 0) nao::cuda::waitForPrevious();  // there are no columns
    if (product.hasSums())
      rows.leaveSums(sums, [&](int row, const ChannelTotals& totals) { product.leaveSums(firstRow + row, totals); });
  }
}

/// `shared` holds kProductBytes.
template <class P, class Product>
__device__ inline void multiply(const Product& product, int quads, float* shared) {
  const TileShape shape = TileShape::of(quads);
  withRows<P, false>(shape, product.rows(), [&](const auto& rows) {
    multiplyRows<P, std::decay_t<decltype(rows)>>(product, shape, quads, shared);
  });
}

}  // namespace nao::kernels::cuda
