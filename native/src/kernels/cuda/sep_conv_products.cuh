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

/// By fused multiply-adds: a thread holds some outputs of a quad. `first` is the first output whose weights are there.
template <class P, int kOutputs>
class SepConvUnits {
 public:
  /// All products of a tile with the weights of outputs from `first` on.
  __device__ static void run(const SepConv& p, const SepConvTile& tile, const Piece& piece, const SepConvSegment& s,
                             int first, const float* d, const float* weights, double* space) {
    SepConvUnits units(p, tile, first);
    const int pixel = s.pixel(units.quad_), image = s.image(units.quad_);
    const bool has = units.hasOutputs() && pixel < s.width;
    if (has) {
      units.multiply(d, weights);
      units.leave(piece.block, (s.y * p.dst.width + s.x + pixel) * kLanes + image);
    }
    if (p.sums.data != nullptr) units.addSums(has ? lanesInBlock(p.images, piece.block) - image : 0, space);
  }

 private:
  __device__ SepConvUnits(const SepConv& p, const SepConvTile& shape, int firstOutput)
      : dst_(p.dst),
        tile_(shape),
        quad_(static_cast<int>(threadIdx.x) & (shape.quads - 1)),
        group_(static_cast<int>(threadIdx.x) / shape.quads),
        output_(firstOutput + group_ * kOutputs) {}

  __device__ bool hasOutputs() const { return group_ < tile_.groups; }

  __device__ void multiply(const float* d, const float* weights) {
    const float* column = d + 4 * quad_;
    const float* w = weights + group_ * kOutputs * tile_.pitch;
    const int stride = tile_.columns();
    for (int k = 0; k < tile_.depth; k += 4) {
      float4 value[4];
#pragma unroll
      for (int i = 0; i < 4; ++i) value[i] = fourOf(column + (k + i) * stride);
#pragma unroll
      for (int o = 0; o < kOutputs; ++o) {
        const float4 four = fourOf(w + o * tile_.pitch + k);
        multiplyAdd(out_[o], four.x, value[0]);
        multiplyAdd(out_[o], four.y, value[1]);
        multiplyAdd(out_[o], four.z, value[2]);
        multiplyAdd(out_[o], four.w, value[3]);
      }
    }
  }

  /// Writes the quad that begins at `offset` in a plane.
  __device__ void leave(int block, int offset) const {
    auto* to = plane<P>(dst_, block, output_) + offset;
#pragma unroll
    for (int o = 0; o < kOutputs; ++o)
      if (output_ + o < dst_.channels) putFour(to + o * dst_.channelStride, out_[o]);
  }

  /// Adds the sums over the first `images` of this thread's quad and those beside it to space[part][which][output]; all
  /// threads call.
  __device__ void addSums(int images, double* space) const {
    constexpr int kValues = kOutputs > 8 ? 16 : 8;
    float sums[kValues] = {}, squares[kValues] = {};  // of at most 128 values each
#pragma unroll
    for (int o = 0; o < kOutputs; ++o) {
      const float4 v = firstOf(out_[o], images);
      const float4 r = make_float4(rounded<P>(v.x), rounded<P>(v.y), rounded<P>(v.z), rounded<P>(v.w));
      sums[o] = (r.x + r.y) + (r.z + r.w);
      float square = 0;
      addDot(square, r, r);
      squares[o] = square;
    }
    const int lane = threadIdx.x % 32, together = tile_.quads < 32 ? tile_.quads : 32;
    if (together == 32) {
      sumScattered<32, kValues>(sums);
      sumScattered<32, kValues>(squares);
      constexpr int kShare = 32 / kValues;
      if (lane % kShare == 0) add(space, lane / kShare, sums[0], squares[0]);
    } else if (together == 16) {
      sumScattered<16, kValues>(sums);
      sumScattered<16, kValues>(squares);
      constexpr int kShare = 16 / kValues;
      if (lane % kShare == 0) add(space, lane % 16 / kShare, sums[0], squares[0]);
    } else {
#pragma unroll
      for (int o = 0; o < kOutputs; ++o) {
        for (int distance = together / 2; distance > 0; distance /= 2) {
          sums[o] += __shfl_xor_sync(0xffffffffu, sums[o], distance);
          squares[o] += __shfl_xor_sync(0xffffffffu, squares[o], distance);
        }
        if (lane % together == 0) add(space, o, sums[o], squares[o]);
      }
    }
  }

  /// A group's quads may lie in several warps: each has its own place.
  __device__ void add(double* space, int output, double sum, double square) const {
    if (output >= kOutputs || !hasOutputs()) return;
    const int part = quad_ / 32;
    double* const at = space + part * 2 * tile_.allOutputs + output_ + output;
    at[0] += sum;
    at[tile_.allOutputs] += square;
  }

  const Tensor dst_;
  const SepConvTile& tile_;
  const int quad_, group_, output_;
  float4 out_[kOutputs] = {};
};

/// On tensor cores (product_mma.cuh), D[16][8] += A[16][8] * B[8][8]: A's rows are 16 columns of d, an image of a pixel
/// each, B's columns 8 outputs. Operands have been rounded to tf32.
template <class P>
class SepConvFragments {
 public:
  __device__ static void run(const SepConv& p, const SepConvTile& tile, const Piece& piece, const SepConvSegment& s,
                             int first, const float* d, const float* weights, double* space) {
    constexpr int kColumns = SepConvTile::kFragmentColumns;
    const int rows = 4 * tile.quads / kColumns, all = tile.outputs / SepConvTile::kFragmentOutputs;  // of fragments
    const int warp = static_cast<int>(threadIdx.x) / 32, shares = rows < kWarps ? kWarps / rows : 1;
    const int each = (all + shares - 1) / shares, begin = warp / rows % shares * each, end = min(begin + each, all);
    for (int row = warp % rows; row < rows; row += kWarps)
      for (int t = begin; t < end; t += kTogether) {
        const SepConvFragments fragments(p, tile, piece, s, row, first, t, min(kTogether, end - t));
        fragments.finish(fragments.multiplied(d, weights), space);
      }
  }

 private:
  static constexpr int kTogether = 5;
  struct Result {
    float of[kTogether][4];
  };

  __device__ SepConvFragments(const SepConv& p, const SepConvTile& shape, const Piece& piece, const SepConvSegment& s,
                              int row, int first, int fragment, int count)
      : p_(p),
        tile_(shape),
        column_(row * SepConvTile::kFragmentColumns + 2 * lane_.row),
        fragment_(fragment),
        output_(first + fragment * SepConvTile::kFragmentOutputs),
        count_(count),
        block_(piece.block),
        pixel_(s.pixel(column_ / 4)),
        image_(s.image(column_ / 4) + column_ % 4),
        offset_((s.y * p.dst.width + s.x + pixel_) * kLanes + image_),
        inside_(pixel_ < s.width) {}

  __device__ Result multiplied(const float* d, const float* weights) const {
    const int stride = tile_.columns();
    const float* const value = d + lane_.col * stride + column_;
    const float* const weight =
        weights + (fragment_ * SepConvTile::kFragmentOutputs + lane_.row) * tile_.pitch + lane_.col;
    Result result = {};
    for (int k = 0; k < tile_.depth; k += kStep) {
      const float2 upper = twoOf(value + k * stride), lower = twoOf(value + (k + 4) * stride);
      const float a[4] = {upper.x, upper.y, lower.x, lower.y};
#pragma unroll
      for (int t = 0; t < kTogether; ++t) {
        if (t >= count_) continue;  // the same for the whole warp
        const float* const b = weight + t * SepConvTile::kFragmentOutputs * tile_.pitch + k;
        multiplyAdd(result.of[t], a, b[0], b[4]);
      }
    }
    return result;
  }

  /// A lane has two outputs of two neighbouring images.
  __device__ void finish(const Result& result, double* space) const {
    const int images = inside_ ? lanesInBlock(p_.images, block_) - image_ : 0;
#pragma unroll
    for (int t = 0; t < kTogether; ++t) {
      if (t >= count_) continue;
#pragma unroll
      for (int j = 0; j < 2; ++j) {
        const int output = output_ + t * SepConvTile::kFragmentOutputs + 2 * lane_.col + j;
        const float2 pair = make_float2(result.of[t][j], result.of[t][j + 2]);
        if (inside_ && output < p_.dst.channels) putTwo(plane<P>(p_.dst, block_, output) + offset_, pair);
        if (p_.sums.data == nullptr) continue;
        const float x = images > 0 ? rounded<P>(pair.x) : 0.0f, y = images > 1 ? rounded<P>(pair.y) : 0.0f;
        float sum = x + y, square = fmaf(x, x, y * y);
        for (int distance = 16; distance >= 4; distance /= 2) {
          sum += __shfl_xor_sync(0xffffffffu, sum, distance);
          square += __shfl_xor_sync(0xffffffffu, square, distance);
        }
        if (lane_.row != 0) continue;
        double* const at = space + static_cast<int>(threadIdx.x) / 32 * 2 * tile_.allOutputs + output;
        at[0] += static_cast<double>(sum);
        at[tile_.allOutputs] += static_cast<double>(square);
      }
    }
  }

  const SepConv& p_;
  const SepConvTile& tile_;
  const FragmentLane lane_;
  const int column_, fragment_, output_, count_, block_, pixel_, image_, offset_;
  const bool inside_;
};

}  // namespace nao::kernels::cuda
