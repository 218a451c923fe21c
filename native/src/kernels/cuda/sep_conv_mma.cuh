// The products of the separable convolution on tensor cores (product_mma.cuh): D[16][8] += A[16][8] * B[8][8] with
// operands from the planes in shared memory, rounded to tf32 on the way.
#pragma once

#include "kernels/cuda/product_mma.cuh"
#include "kernels/cuda/sep_conv_tile.h"

namespace nao::kernels::cuda {

/// Two neighbours of a plane, 0 unless `is`.
__device__ inline float2 pairIf(bool is, const float* src) { return is ? twoOf(src) : make_float2(0, 0); }
__device__ inline float valueIf(bool is, const float* src) { return is ? *src : 0.0f; }

/// Forward. A's rows are the 16 images of a pixel, B's columns 8 outputs: a warp takes every eighth pixel of the tile
/// with all its outputs.
template <class P>
class SepConvFragments {
 public:
  static constexpr int kCount = SepConvTile::kFragments;

  __device__ SepConvFragments(const SepConvTile& shape, int outputs)
      : tile(shape), outputs_(outputs), tiles(ceilDivide(outputs, kStep)) {}

  /// [channel][output], 0 beyond the last.
  __device__ void loadWeights(float* w, const float* pointwise, int inputs, int first, int count) const {
    for (int i = threadIdx.x; i < count * tiles * kStep; i += kThreads) {
      const int o = i / count, c = i % count;
      w[c * tile.weightPitch() + o] =
          o < outputs_ ? toTensorCore(pointwise[static_cast<std::int64_t>(o) * inputs + first + c]) : 0.0f;
    }
  }

  __device__ void multiply(const float* d, const float* w, int count) {
    const bool upper = lane.col < count, lower = lane.col + 4 < count;
    const int stride = tile.dst.stride() * kLanes;
    w += lane.col * tile.weightPitch() + lane.row;
    d += lane.col * stride + 2 * lane.row;
    float a[4] = {};
    int t = 0, pixel = threadIdx.x / 32;
#pragma unroll
    for (int i = 0; i < kCount; ++i) {
      if (pixel >= tile.dst.pixels()) continue;  // the same for the whole warp
      if (t == 0) {
        const float2 first = pairIf(upper, d + pixel * kLanes), second = pairIf(lower, d + 4 * stride + pixel * kLanes);
        a[0] = toTensorCore(first.x), a[1] = toTensorCore(first.y);
        a[2] = toTensorCore(second.x), a[3] = toTensorCore(second.y);
      }
      multiplyAdd(sum[i], a, valueIf(upper, w + t * kStep), valueIf(lower, w + t * kStep + 4 * tile.weightPitch()));
      next(t, pixel);
    }
  }

  /// Calls leave(pixel, image, output, its values of this image and the next) and, with `space`, leaves the warp's sums
  /// of the first `images` images in space[warp][which][outputs].
  template <class Leave>
  __device__ void finish(int images, double* space, Leave&& leave) const {
    const int warp = threadIdx.x / 32;
    // Of four sums over a warp, which this lane is left with: of values or squares, of which of the two outputs.
    const int which = lane.row / 4, of = lane.row / 2 % 2;
    double* const mine = space + (warp * 2 + which) * tiles * kStep + 2 * lane.col + of;
    if (space != nullptr && lane.row % 2 == 0)
      for (int t = 0; t < tiles; ++t) mine[t * kStep] = 0;
    int t = 0, pixel = warp;
#pragma unroll
    for (int i = 0; i < kCount; ++i) {
      if (pixel >= tile.dst.pixels()) continue;
      float sums[4];  // of values, of squares
      bool inside = false;
#pragma unroll
      for (int j = 0; j < 2; ++j) {
        const int output = t * kStep + 2 * lane.col + j;
        const float2 pair = make_float2(sum[i][j], sum[i][j + 2]);
        inside = leave(pixel, 2 * lane.row, output, pair);
        const float first = 2 * lane.row < images ? rounded<P>(pair.x) : 0.0f;
        const float second = 2 * lane.row + 1 < images ? rounded<P>(pair.y) : 0.0f;
        sums[j] = first + second;
        sums[2 + j] = fmaf(first, first, second * second);
      }
      if (space != nullptr) {
        const float all = scatter(sums);
        if (inside && lane.row % 2 == 0) mine[t * kStep] += all;
      }
      next(t, pixel);
    }
  }

  /// Calls add(which, output, sum).
  template <class Add>
  __device__ void eachSum(const double* space, Add&& add) const {
    const int padded = tiles * kStep;
    for (int i = threadIdx.x; i < 2 * padded; i += kThreads) {
      if (i % padded >= outputs_) continue;
      double total = 0;
      for (int warp = 0; warp < kWarps; ++warp) total += space[warp * 2 * padded + i];
      add(i / padded, i % padded, total);
    }
  }

 private:
  __device__ void next(int& t, int& pixel) const {
    if (++t < tiles) return;
    t = 0;
    pixel += kWarps;
  }
  /// Sums over the lanes with the same col; lanes of rows 4 * which + 2 * of and the next are left with sums[2 * which
  /// + of].
  __device__ float scatter(const float (&sums)[4]) const {
    const bool second = lane.row >= 4, odd = lane.row / 2 % 2 != 0;
    float kept[2] = {second ? sums[2] : sums[0], second ? sums[3] : sums[1]};
    kept[0] += __shfl_xor_sync(0xffffffffu, second ? sums[0] : sums[2], 16);
    kept[1] += __shfl_xor_sync(0xffffffffu, second ? sums[1] : sums[3], 16);
    float one = (odd ? kept[1] : kept[0]) + __shfl_xor_sync(0xffffffffu, odd ? kept[0] : kept[1], 8);
    one += __shfl_xor_sync(0xffffffffu, one, 4);
    return one;
  }

  const SepConvTile& tile;
  const int outputs_, tiles;
  const FragmentLane lane;
  float sum[kCount][4] = {};
};

/// Backward. dd[channel][column] = sum over outputs of weight[output][channel] * dy[output][column], or added to it:
/// A's rows are 16 columns, B's columns the channels, 4 or 8.
template <int kChannels>
__device__ inline void multiplyTransposedOnTensorCores(float* dd, const float* dy, const float* weight, int stride,
                                                       int columns, int outputs, bool add) {
  const FragmentLane lane;
  for (int first = static_cast<int>(threadIdx.x) / 32 * 16; first < columns; first += 16 * kWarps) {
    const int column = first + 2 * lane.row;
    const bool is = column < columns;
    float sum[4] = {};
    if (add) {
#pragma unroll
      for (int j = 0; j < 2; ++j) {
        const float2 pair = pairIf(is && 2 * lane.col + j < kChannels, dd + (2 * lane.col + j) * stride + column);
        sum[j] = pair.x, sum[j + 2] = pair.y;
      }
    }
    for (int o = lane.col; o - lane.col < outputs; o += kStep) {
      const float2 upper = pairIf(is && o < outputs, dy + o * stride + column);
      const float2 lower = pairIf(is && o + 4 < outputs, dy + (o + 4) * stride + column);
      const float a[4] = {toTensorCore(upper.x), toTensorCore(upper.y), toTensorCore(lower.x), toTensorCore(lower.y)};
      const bool has = lane.row < kChannels;
      multiplyAdd(sum, a, valueIf(has && o < outputs, weight + o * kChannels + lane.row),
                  valueIf(has && o + 4 < outputs, weight + (o + 4) * kChannels + lane.row));
    }
#pragma unroll
    for (int j = 0; j < 2; ++j)
      if (is && 2 * lane.col + j < kChannels)
        putTwo(dd + (2 * lane.col + j) * stride + column, make_float2(sum[j], sum[j + 2]));
  }
}

/// Backward. The products dy d^T of a tile: A's rows are 16 outputs, B's columns the channels, the depth 8 images of a
/// pixel. Groups of 16 outputs and shares of the pixels go to the warps.
struct PointwiseGradientTile {
  const float *dy, *d;  // planes [output], [channel]
  int dyStride, dStride, dyCols, dCols, rows, cols;
  int images, outputs, channels;

  /// Calls add(output, channel, value); all threads call. `space` holds kWarps * 128 floats.
  template <class Add>
  __device__ void run(float* space, Add&& add) const {
    constexpr int kResults = 16 * kStep;
    const FragmentLane lane;
    const int all = ceilDivide(outputs, 16), warp = threadIdx.x / 32;
    for (int firstTile = 0; firstTile < all; firstTile += kWarps) {
      const int tiles = atMost(all - firstTile, kWarps), shares = kWarps / tiles;
      if (warp < tiles * shares) {
        float sum[4] = {};
        multiply(sum, lane, (firstTile + warp % tiles) * 16, warp / tiles, shares);
#pragma unroll
        for (int i = 0; i < 4; ++i)
          space[warp * kResults + (lane.row + i / 2 * 8) * kStep + 2 * lane.col + i % 2] = sum[i];
      }
      __syncthreads();
      for (int i = threadIdx.x; i < tiles * kResults; i += kThreads) {
        const int output = (firstTile + i / kResults) * 16 + i % kResults / kStep, channel = i % kStep;
        if (output >= outputs || channel >= channels) continue;
        float value = 0;
        for (int share = 0; share < shares; ++share) value += space[share * tiles * kResults + i];
        add(output, channel, value);
      }
      __syncthreads();
    }
  }

 private:
  __device__ void multiply(float (&sum)[4], const FragmentLane& lane, int output, int share, int shares) const {
    const int upper = output + lane.row, lower = upper + 8;
    const bool hasChannel = lane.row < channels, left = lane.col < images, right = lane.col + 4 < images;
    for (int pixel = share; pixel < rows * cols; pixel += shares) {
      const int row = pixel / cols, col = pixel % cols;
      const float* fromDy = dy + (row * dyCols + col) * kStep + lane.col;
      const float* fromD = d + (row * dCols + col) * kStep + lane.row * dStride + lane.col;
      const float a[4] = {toTensorCore(valueIf(left && upper < outputs, fromDy + upper * dyStride)),
                          toTensorCore(valueIf(left && lower < outputs, fromDy + lower * dyStride)),
                          toTensorCore(valueIf(right && upper < outputs, fromDy + upper * dyStride + 4)),
                          toTensorCore(valueIf(right && lower < outputs, fromDy + lower * dyStride + 4))};
      multiplyAdd(sum, a, toTensorCore(valueIf(hasChannel && left, fromD)),
                  toTensorCore(valueIf(hasChannel && right, fromD + 4)));
    }
  }
};

}  // namespace nao::kernels::cuda
