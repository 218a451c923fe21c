// The products of the separable convolution: a tile's outputs and their sums from the depthwise outputs in shared
// memory.
#pragma once

#include "kernels/cuda/depthwise.cuh"
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
};

/// By fused multiply-adds: a thread holds some outputs of a quad.
template <int kOutputs>
class SepConvUnits {
 public:
  __device__ explicit SepConvUnits(const SepConvTile& tile)
      : stride_(tile.columns()),
        pitch_(tile.pitch),
        depth_(tile.depth),
        quad_(static_cast<int>(threadIdx.x) & (tile.quads - 1)),
        group_(static_cast<int>(threadIdx.x) >> shiftOf(tile.quads)),
        has_(group_ < tile.groups) {}

  __device__ void multiply(const float* d, const float* weights) {
    if (!has_) return;
    const float* column = d + 4 * quad_;
    const float* w = weights + group_ * kOutputs * pitch_;
#pragma unroll 1
    for (int k = 0; k < depth_; k += 4) {
      float4 value[4];
#pragma unroll
      for (int i = 0; i < 4; ++i) value[i] = fourOf(column + (k + i) * stride_);
#pragma unroll
      for (int o = 0; o < kOutputs; ++o) {
        const float4 four = fourOf(w + o * pitch_ + k);
        multiplyAdd(out_[o], four.x, value[0]);
        multiplyAdd(out_[o], four.y, value[1]);
        multiplyAdd(out_[o], four.z, value[2]);
        multiplyAdd(out_[o], four.w, value[3]);
      }
    }
  }
  /// [output][column]
  __device__ void leave(float* results) const {
    if (!has_) return;
#pragma unroll
    for (int o = 0; o < kOutputs; ++o) putFour(results + (group_ * kOutputs + o) * stride_ + 4 * quad_, out_[o]);
  }

 private:
  const int stride_, pitch_, depth_, quad_, group_;
  const bool has_;
  float4 out_[kOutputs] = {};
};

/// On tensor cores (product_mma.cuh), D[16][8] += A[16][8] * B[8][8]: A's rows are 16 columns of d, an image of a pixel
/// each, B's columns 8 outputs. Operands have been rounded to tf32. A warp holds some of the fragments.
class SepConvFragments {
 public:
  __device__ explicit SepConvFragments(const SepConvTile& tile)
      : tile_(tile),
        rows_(4 * tile.quads / SepConvTile::kFragmentColumns),
        all_(tile.outputs / SepConvTile::kFragmentOutputs),
        warp_(static_cast<int>(threadIdx.x) / 32) {}

  __device__ void multiply(const float* d, const float* weights) {
    const int stride = tile_.columns();
    each([&](float(&out)[4], int row, int fragment) {
      const float* value = d + lane_.col * stride + row * SepConvTile::kFragmentColumns + 2 * lane_.row;
      const float* b = weights + (fragment * SepConvTile::kFragmentOutputs + lane_.row) * tile_.pitch + lane_.col;
#pragma unroll 2
      for (int k = 0; k < tile_.depth; k += kStep) {
        const float2 upper = twoOf(value + k * stride), lower = twoOf(value + (k + 4) * stride);
        const float a[4] = {upper.x, upper.y, lower.x, lower.y};
        multiplyAdd(out, a, b[k], b[k + 4]);
      }
    });
  }
  /// [output][column]: a lane has two outputs of two neighbouring columns.
  __device__ void leave(float* results) {
    each([&](const float(&out)[4], int row, int fragment) {
#pragma unroll
      for (int j = 0; j < 2; ++j)
        putTwo(results + (fragment * SepConvTile::kFragmentOutputs + 2 * lane_.col + j) * tile_.columns() +
                   row * SepConvTile::kFragmentColumns + 2 * lane_.row,
               make_float2(out[j], out[j + 2]));
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
