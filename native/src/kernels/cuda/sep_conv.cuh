// Separable convolution, forward: channels of the source pass through shared memory a few at a time, the products with
// the pointwise weights stay in registers until all channels have passed.
//
//   z [channels][tile with halo][16] -> d [channels][tile][16] -> dst [Cout][tile][16] and its sums
//
// A thread holds 10 output channels of 4 lanes of a pixel, once or twice. While it works on some channels, the next are
// on their way.
#pragma once

#include <type_traits>

#include "kernels/cuda/depthwise.cuh"
#include "kernels/cuda/reduce.cuh"
#include "kernels/cuda/sep_conv_mma.cuh"

namespace nao::kernels::cuda {

/// The products with fused multiply-adds: a thread holds 10 output channels of 4 images of a pixel, once or twice.
template <class P>
class SepConvUnits {
 public:
  static constexpr int kOutputs = SepConvTile::kOutputs;

  __device__ SepConvUnits(const SepConvTile& shape, int outputs)
      : tile(shape),
        outputs_(outputs),
        groups(ceilDivide(outputs, kOutputs)),
        unitsPerGroup(ceilDivide(shape.dst.pixels(), SepConvTile::kUnitPixels)) {}

  /// [channel][output], 0 beyond the last.
  __device__ void loadWeights(float* w, const float* pointwise, int inputs, int first, int count) const {
    const int padded = groups * SepConvTile::kPaddedOutputs;
    for (int i = threadIdx.x; i < count * padded; i += kThreads) {
      const int c = i / padded, inGroup = i % padded % SepConvTile::kPaddedOutputs;
      const int output = i % padded / SepConvTile::kPaddedOutputs * kOutputs + inGroup;
      const bool is = inGroup < kOutputs && output < outputs_;
      w[i] = is ? pointwise[static_cast<std::int64_t>(output) * inputs + first + c] : 0.0f;
    }
  }

  __device__ void multiply(const float* d, const float* w, int count) {
#pragma unroll
    for (int u = 0; u < 2; ++u) multiply(sum[u], u, d, w, count);
  }

  /// Calls leave(pixel, first image, output, values of four images) and, with `space`, leaves the sums of the first
  /// `images` images in space[unit][which][16].
  template <class Leave>
  __device__ void finish(int images, double* space, Leave&& leave) const {
#pragma unroll
    for (int u = 0; u < 2; ++u) finish(sum[u], u, images, space, leave);
  }

  /// Calls add(which, output, sum).
  template <class Add>
  __device__ void eachSum(const double* space, Add&& add) const {
    for (int i = threadIdx.x; i < groups * 32; i += kThreads) {
      const int g = i / 32, output = g * kOutputs + i % 16;
      if (i % 16 >= kOutputs || output >= outputs_) continue;
      double total = 0;
      for (int u = 0; u < unitsPerGroup; ++u) total += space[(g * unitsPerGroup + u) * 32 + i % 32];
      add(i % 32 / 16, output, total);
    }
  }

 private:
  __device__ int unit(int u) const { return threadIdx.x / 32 + u * kWarps; }
  __device__ int group(int u) const { return unit(u) / unitsPerGroup; }
  /// Four lanes of a pixel of the tile, beyond its end in the last unit.
  __device__ int quad(int u) const { return unit(u) % unitsPerGroup * 32 + threadIdx.x % 32; }

  __device__ void multiply(float (&out)[kOutputs][4], int u, const float* d, const float* w, int count) const {
    if (group(u) >= groups || quad(u) >= tile.dst.pixels() * 4) return;
    d += quad(u) * 4;
    w += group(u) * SepConvTile::kPaddedOutputs;
    for (int c = 0; c < count; ++c) {
      const float4 column = *reinterpret_cast<const float4*>(d + c * tile.dst.stride() * kLanes);
      float weight[SepConvTile::kPaddedOutputs];
#pragma unroll
      for (int o = 0; o < SepConvTile::kPaddedOutputs; o += 4) {
        const float4 four = *reinterpret_cast<const float4*>(w + c * groups * SepConvTile::kPaddedOutputs + o);
        weight[o] = four.x, weight[o + 1] = four.y, weight[o + 2] = four.z, weight[o + 3] = four.w;
      }
#pragma unroll
      for (int o = 0; o < kOutputs; ++o) {
        out[o][0] = fmaf(weight[o], column.x, out[o][0]);
        out[o][1] = fmaf(weight[o], column.y, out[o][1]);
        out[o][2] = fmaf(weight[o], column.z, out[o][2]);
        out[o][3] = fmaf(weight[o], column.w, out[o][3]);
      }
    }
  }

  template <class Leave>
  __device__ void finish(const float (&y)[kOutputs][4], int u, int images, double* space, Leave&& leave) const {
    if (group(u) >= groups) return;  // the same for the whole warp
    const int pixel = quad(u) / 4, lane = quad(u) % 4 * 4, output = group(u) * kOutputs;
    bool inside = false;
#pragma unroll
    for (int o = 0; o < kOutputs; ++o)
      inside = leave(pixel, lane, output + o, make_float4(y[o][0], y[o][1], y[o][2], y[o][3]));
    if (space == nullptr) return;
    const int counted = inside ? images - lane : 0;
    double sums[16] = {}, squares[16] = {};
#pragma unroll
    for (int o = 0; o < kOutputs; ++o) {
      float s = 0, q = 0;
#pragma unroll
      for (int l = 0; l < 4; ++l) {
        const float value = l < counted ? rounded<P>(y[o][l]) : 0.0f;
        s += value;
        q = fmaf(value, value, q);
      }
      sums[o] = s;
      squares[o] = q;
    }
    sumScattered<32, 16>(sums);
    sumScattered<32, 16>(squares);
    if (threadIdx.x % 2 != 0) return;
    double* slot = space + unit(u) * 32 + threadIdx.x % 32 / 2;
    slot[0] = sums[0];
    slot[16] = squares[0];
  }

  const SepConvTile& tile;
  const int outputs_, groups, unitsPerGroup;
  float sum[2][kOutputs][4] = {};
};

/// One tile of dst and a run of its channels.
template <class P>
class SepConvTileForward {
 public:
  __device__ SepConvTileForward(const SepConv& parameters, const SepConvTile& shape, int item, int y, int x, int end,
                                int output)
      : p(parameters),
        tile(shape),
        block(item / parameters.pieces),
        dstY(y),
        dstX(x),
        endY(end),
        firstOutput(output),
        outputs(atMost(shape.groups * SepConvTile::kOutputs, parameters.dst.channels - output)) {}

  __device__ void run(float* shared, int item) {
    const Window window{block, 0, p.stride * dstY - padding(p), p.stride * dstX - padding(p)};
    float *z = shared + tile.source(), *d = shared + tile.depthwise();
    float *weights = shared + tile.pointwiseWeights(), *taps = shared + tile.depthwiseWeights();
    const int inputs = p.src.x.channels, k2 = p.kernel * p.kernel;
    const float* pointwise = p.pointwise + static_cast<std::int64_t>(firstOutput) * inputs;
    Products products(tile, outputs);
    __syncthreads();  // the tile before has been read
    stage<P, kLanes>(z, p.src.x, window, tile.src, 0, atMost(tile.channels, inputs));
    nao::cuda::copyAsyncCommit();
    for (int first = 0, odd = 0; first < inputs; first += tile.channels, odd ^= 1) {
      const int count = atMost(tile.channels, inputs - first), next = first + tile.channels;
      float* staged = z + odd * tile.sourceFloats();
      float *w = weights + odd * tile.pointwiseFloats(), *t = taps + odd * tile.depthwiseFloats(p);
      if (next < inputs) {
        stage<P, kLanes>(z + (odd ^ 1) * tile.sourceFloats(), p.src.x, window, tile.src, next,
                         atMost(tile.channels, inputs - next));
      }
      nao::cuda::copyAsyncCommit();
      products.loadWeights(w, pointwise, inputs, first, count);
      copyWeights(t, p.depthwise + first * k2, count * k2);
      nao::cuda::copyAsyncWait<1>();
      normaliseStaged<P, kLanes>(staged, p.src, window, tile.src, first, count);
      __syncthreads();
      depthwise<kLanes, SepConvTile::kRun>(p, d, tile.dst, staged, tile.src, t, tile.channels, count);
      __syncthreads();
      products.multiply(d, w, count);
    }
    double* space = p.sums.data == nullptr ? nullptr : reinterpret_cast<double*>(shared + tile.sums());
    products.finish(lanesInBlock(p.images, block), space,
                    [&](int pixel, int image, int output, auto values) { return leave(pixel, image, output, values); });
    if (space == nullptr) return;
    __syncthreads();
    products.eachSum(space,
                     [&](int which, int output, double sum) { p.sums.at(item, which, firstOutput + output) += sum; });
  }

 private:
  using Products = std::conditional_t<P::kTensorCores, SepConvFragments<P>, SepConvUnits<P>>;

  /// Writes what is one of the outputs; false beyond the pixels.
  template <class Values>
  __device__ bool leave(int pixel, int image, int output, Values values) const {
    const int row = dstY + pixel / tile.dst.cols, col = dstX + pixel % tile.dst.cols;
    if (pixel >= tile.dst.pixels() || row >= endY || col >= p.dst.width) return false;
    if (output < outputs)
      leaveValues(plane<P>(p.dst, block, firstOutput + output) +
                      (static_cast<std::int64_t>(row) * p.dst.width + col) * kLanes + image,
                  values);
    return true;
  }
  __device__ static void leaveValues(typename P::Element* dst, float4 values) { putFour(dst, values); }
  __device__ static void leaveValues(typename P::Element* dst, float2 values) { putTwo(dst, values); }

  const SepConv& p;
  const SepConvTile& tile;
  const int block, dstY, dstX, endY, firstOutput, outputs;
};

template <class P>
__device__ inline void sepConv(const SepConv& p, int item) {
  DYNAMIC_SHARED(float, shared);
  const SepConvTile tile(p, P::kTensorCores);
  const Piece piece(item, p.pieces, p.dst.height);
  clear(p.sums, item, p.dst.channels);
  for (int y = piece.begin; y < piece.end; y += tile.dst.rows)
    for (int x = 0; x < p.dst.width; x += tile.dst.cols)
      for (int output = 0; output < p.dst.channels; output += tile.groups * SepConvTile::kOutputs)
        SepConvTileForward<P>(p, tile, item, y, x, piece.end, output).run(shared, item);
}

}  // namespace nao::kernels::cuda
