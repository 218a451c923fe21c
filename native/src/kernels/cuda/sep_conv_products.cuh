// The products of the separable convolution: a tile's outputs and their sums from the depthwise outputs in shared
// memory.
#pragma once

#include "kernels/cuda/depthwise_runs.cuh"
#include "kernels/cuda/product_mma.cuh"
#include "kernels/cuda/reduce.cuh"
#include "kernels/cuda/sep_conv_tile.h"

namespace nao::kernels::cuda {

/// Pixels [x, x + width) of row y of an item, `perPixel` quads of each from image `lane` on.
struct SepConvSegment {
  int y, x, width, lane, perPixel;

  /// A quad's pixel, counted from x, and its first image.
  __device__ int pixel(int quad) const { return quad >> perPixel / 2; }  // perPixel is 1, 2 or 4
  __device__ int image(int quad) const { return lane + (quad & (perPixel - 1)) * 4; }
  /// Values of an output in `quads` quads from `first` on that are of images; both are multiples of perPixel.
  __device__ int values(int first, int quads, int images) const {
    const int shift = perPixel / 2, pixels = min(width - (first >> shift), quads >> shift);
    return max(pixels, 0) * max(min(images - lane, 4 * perPixel), 0);
  }
};

/// Where the outputs of a pass over a segment go, `count` of them.
template <class P>
struct SepConvOutputs {
  typename P::Element* dst;  // the segment's first pixel in the first output's plane
  int stride, count, images;
  float* sums;  // [parts of the tile][3][outputs of the tile]: pivots, of y less those, of its squares
};

/// By fused multiply-adds: a thread holds some outputs of a quad.
template <class P, int kOutputs>
class SepConvUnits {
 public:
  __device__ explicit SepConvUnits(const SepConvTile& tile)
      : tile_(tile),
        quad_(static_cast<int>(threadIdx.x) & (tile.quads - 1)),
        group_(static_cast<int>(threadIdx.x) >> shiftOf(tile.quads)),
        has_(group_ < tile.groups) {}

  __device__ void multiply(const float* d, const float* weights) {
    if (!has_) return;
    const int stride = tile_.columns(), pitch = tile_.pitch(), depth = tile_.depth;
    const float* column = d + 4 * quad_;
    const float* w = weights + group_ * kOutputs * 4;
#pragma unroll 1
    for (int k = 0; k < depth; k += 4, column += 4 * stride, w += pitch) {
      float4 value[4];
#pragma unroll
      for (int i = 0; i < 4; ++i) value[i] = fourOf(column + i * stride);
#pragma unroll
      for (int o = 0; o < kOutputs; ++o) {
        const float4 four = fourOf(w + 4 * o);
        multiplyAdd(out_[o], four.x, value[0]);
        multiplyAdd(out_[o], four.y, value[1]);
        multiplyAdd(out_[o], four.z, value[2]);
        multiplyAdd(out_[o], four.w, value[3]);
      }
    }
  }
  /// Leaves the outputs and the sums of this warp's, or of its parts that share a group.
  __device__ void leave(const SepConvSegment& s, const SepConvOutputs<P>& to) {
    const int pixel = s.pixel(quad_), image = s.image(quad_), first = group_ * kOutputs;
    const bool inside = has_ && pixel < s.width;
    const int live = inside ? to.images - image : 0;
    if (live < 4) {
#pragma unroll
      for (int o = 0; o < kOutputs; ++o) out_[o] = firstOf(out_[o], live);
    }
    if (inside) {
      auto* dst = to.dst + (first * to.stride + pixel * kLanes + image);
#pragma unroll
      for (int o = 0; o < kOutputs; ++o, dst += to.stride)
        if (o < to.count - first) putFour(dst, out_[o]);
    }
    const int width = atMost(tile_.quads, 32), half = width >> 1;  // of the lanes: one sums d, the other d * d
    const bool upper = (quad_ & half) != 0;
    float* const sums = to.sums + (quad_ >> 5) * 3 * tile_.outputs + first;
    const bool leaves = has_ && (quad_ & (width - 1)) == 0;
    float value[kOutputs];
#pragma unroll
    for (int o = 0; o < kOutputs; ++o) {
      float4 y =
          make_float4(rounded<P>(out_[o].x), rounded<P>(out_[o].y), rounded<P>(out_[o].z), rounded<P>(out_[o].w));
      // Of the first quad, which is inside if any of them are.
      const float pivot = __shfl_sync(0xffffffffu, y.x, 0, width);
      if (leaves) sums[o] = pivot;
      if (live < 4)
        y = make_float4(live > 0 ? y.x : pivot, live > 1 ? y.y : pivot, live > 2 ? y.z : pivot, live > 3 ? y.w : pivot);
      const float4 d = make_float4(y.x - pivot, y.y - pivot, y.z - pivot, y.w - pivot);
      float square = 0;
      addDot(square, d, d);
      const float sum = (d.x + d.y) + (d.z + d.w), given = upper ? sum : square;
      value[o] = (upper ? square : sum) + __shfl_xor_sync(0xffffffffu, given, half);
    }
#pragma unroll 1
    for (int distance = half >> 1; distance > 0; distance >>= 1)
#pragma unroll
      for (int o = 0; o < kOutputs; ++o) value[o] += __shfl_xor_sync(0xffffffffu, value[o], distance);
    if (!has_ || (quad_ & (half - 1)) != 0) return;
    float* const own = sums + (upper ? 2 : 1) * tile_.outputs;
#pragma unroll
    for (int o = 0; o < kOutputs; ++o) own[o] = value[o];
  }

 private:
  const SepConvTile& tile_;
  const int quad_, group_;
  const bool has_;
  float4 out_[kOutputs] = {};
};

/// On tensor cores (product_mma.cuh), D[16][8] += A[16][8] * B[8][8]: A's rows are 16 columns of d, an image of a pixel
/// each, B's columns 8 outputs. Operands have been rounded to tf32. A warp holds some of the fragments, a lane two
/// outputs of two neighbouring columns of each.
template <class P>
class SepConvFragments {
 public:
  __device__ explicit SepConvFragments(const SepConvTile& tile)
      : tile_(tile),
        rows_(tile.parts),
        all_(tile.outputs / SepConvTile::kFragmentOutputs),
        warp_(static_cast<int>(threadIdx.x) / 32) {}

  __device__ void multiply(const float* d, const float* weights) {
    const int stride = tile_.columns(), pitch = tile_.pitch();
    each([&](float(&out)[4], int row, int fragment) {
      const float* value = d + lane_.col * stride + row * SepConvTile::kFragmentColumns + 2 * lane_.row;
      const float* w = weights + (fragment * SepConvTile::kFragmentOutputs + lane_.row) * 4 + lane_.col;
#pragma unroll 2
      for (int k = 0; k < tile_.depth; k += kStep, value += kStep * stride, w += 2 * pitch) {
        const float2 upper = twoOf(value), lower = twoOf(value + 4 * stride);
        const float a[4] = {upper.x, upper.y, lower.x, lower.y};
        multiplyAdd(out, a, w[0], w[pitch]);
      }
    });
  }
  /// Leaves the outputs and the sums of each row of fragments.
  __device__ void leave(const SepConvSegment& s, const SepConvOutputs<P>& to) {
    each([&](const float(&out)[4], int row, int fragment) {
      const int column = row * SepConvTile::kFragmentColumns + 2 * lane_.row, quad = column / 4;
      const int pixel = s.pixel(quad), image = s.image(quad) + column % 4;
      const int live = pixel < s.width ? to.images - image : 0;
#pragma unroll
      for (int j = 0; j < 2; ++j) {
        const int output = fragment * SepConvTile::kFragmentOutputs + 2 * lane_.col + j;
        const float2 y = make_float2(live > 0 ? out[j] : 0, live > 1 ? out[j + 2] : 0);
        if (pixel < s.width && output < to.count) putTwo(to.dst + (output * to.stride + pixel * kLanes + image), y);
        // Of the row's first column, which is inside if any of them are.
        const float pivot = __shfl_sync(0xffffffffu, rounded<P>(y.x), lane_.col);
        const float x = live > 0 ? rounded<P>(y.x) - pivot : 0, next = live > 1 ? rounded<P>(y.y) - pivot : 0;
        float sum = x + next, square = fmaf(x, x, next * next);
        for (int distance = 4; distance <= 16; distance *= 2) {
          sum += __shfl_xor_sync(0xffffffffu, sum, distance);
          square += __shfl_xor_sync(0xffffffffu, square, distance);
        }
        if (lane_.row != 0) continue;
        float* const sums = to.sums + row * 3 * tile_.outputs + output;
        sums[0] = pivot;
        sums[tile_.outputs] = sum;
        sums[2 * tile_.outputs] = square;
      }
    });
  }

 private:
  /// Calls body(results, row of fragments, fragment of outputs) for those of this warp.
  template <class Body>
  __device__ void each(Body&& body) {
#pragma unroll
    for (int i = 0; i < SepConvTile::kWarpFragments; ++i) {
      const int at = warp_ + i * kWarps;
      if (at < rows_ * all_) body(out_[i], at & (rows_ - 1), at >> shiftOf(rows_));
    }
  }

  const SepConvTile& tile_;
  const FragmentLane lane_;
  const int rows_, all_, warp_;
  float out_[SepConvTile::kWarpFragments][4] = {};
};

}  // namespace nao::kernels::cuda
