// Separable convolution, forward. A tile is a segment of a row of dst:
//
//   z -> d [channels][quads of the tile] in shared memory -> dst [Cout][quads] and its sums
//
// d is left in device memory too where the backward wants it. A thread makes a run of d, then holds some outputs of a
// quad: four images of a pixel.
#pragma once

#include "kernels/cuda/depthwise.cuh"
#include "kernels/cuda/reduce.cuh"
#include "kernels/cuda/sep_conv_tile.h"

namespace nao::kernels::cuda {

/// The products of a tile: some rows of weights with the planes of d.
template <class P, int kOutputs>
class SepConvProduct {
 public:
  __device__ SepConvProduct(const SepConv& p, const SepConvTile& shape, int firstOutput)
      : dst_(p.dst),
        tile_(shape),
        quad_(static_cast<int>(threadIdx.x) & (shape.quads - 1)),
        group_(static_cast<int>(threadIdx.x) / shape.quads),
        output_(firstOutput + group_ * kOutputs) {}

  __device__ bool hasOutputs() const { return group_ < tile_.groups; }

  __device__ void multiply(const float* d, const float* weights) {
    const float* column = d + 4 * quad_;
    const float* w = weights + group_ * kOutputs * tile_.pitch;
    const int stride = 4 * tile_.quads;
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
    double sums[kValues] = {}, squares[kValues] = {};
#pragma unroll
    for (int o = 0; o < kOutputs; ++o) {
      const float4 v = firstOf(out_[o], images);
      const float4 r = make_float4(rounded<P>(v.x), rounded<P>(v.y), rounded<P>(v.z), rounded<P>(v.w));
      sums[o] = (r.x + r.y) + (r.z + r.w);
      squares[o] = dot(r, r);
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

 private:
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

/// Pixels [x, x + width) of row y of an item, `perPixel` quads of each from image `lane` on.
struct SepConvSegment {
  int y, x, width, lane, perPixel;

  /// A quad's pixel, counted from x, and its first image.
  __device__ int pixel(int quad) const { return quad >> perPixel / 2; }  // perPixel is 1, 2 or 4
  __device__ int image(int quad) const { return lane + (quad & (perPixel - 1)) * 4; }
};

template <class P, int kOutputs>
class SepConvItem {
 public:
  __device__ SepConvItem(const SepConv& parameters, const SepConvTile& shape, int item, float* shared)
      : p(parameters),
        tile(shape),
        item_(item),
        piece(item, parameters.pieces, parameters.dst.height),
        d(shared),
        weights(shared + shape.weights()),
        space(reinterpret_cast<double*>(shared + shape.sums())) {}

  __device__ void run() {
    const int perPixel = atMost(piece.lanes / 4, tile.quads), pixels = tile.quads / perPixel;
    for (int i = threadIdx.x; i < tile.sumCount(); i += kThreads) space[i] = 0;
    if (tile.outputs == tile.allOutputs) loadWeights(0);
    for (int y = piece.begin; y < piece.end; ++y)
      for (int x = 0; x < p.dst.width; x += pixels)
        for (int lane = 0; lane < piece.lanes; lane += 4 * perPixel)
          runTile({y, x, atMost(pixels, p.dst.width - x), piece.lane + lane, perPixel});
    if (p.sums.data == nullptr) return;
    __syncthreads();
    for (int i = threadIdx.x; i < 2 * p.dst.channels; i += kThreads) {
      const int which = i / p.dst.channels, output = i % p.dst.channels;
      double sum = 0;
      for (int part = 0; part < tile.sumParts(); ++part) sum += space[(2 * part + which) * tile.allOutputs + output];
      p.sums.at(item_, which, output) = sum;
    }
  }

 private:
  /// [output][channel], 0 beyond the last of either. They are there after a wait and a barrier.
  __device__ void loadWeights(int first) const {
    const int inputs = p.src.x.channels;
    for (int o = static_cast<int>(threadIdx.x) / 32; o < tile.outputs; o += kWarps) {
      const float* __restrict__ from = p.pointwise + static_cast<std::int64_t>(first + o) * inputs;
      for (int c = static_cast<int>(threadIdx.x) % 32; c < tile.depth; c += 32) {
        float* to = weights + o * tile.pitch + c;
        if (first + o < p.dst.channels && c < inputs)
          nao::cuda::copyAsync<4>(to, from + c);
        else
          *to = 0;
      }
    }
    nao::cuda::copyAsyncCommit();
  }

  __device__ void runTile(const SepConvSegment& segment) const {
    __syncthreads();  // the tile before has been read
    makeDepthwise(segment);
    for (int first = 0; first < p.dst.channels; first += tile.outputs) {
      if (tile.outputs < tile.allOutputs) {
        __syncthreads();  // the weights before have been read
        loadWeights(first);
      }
      nao::cuda::copyAsyncWait<0>();
      __syncthreads();
      SepConvProduct<P, kOutputs> product(p, tile, first);
      const int quad = static_cast<int>(threadIdx.x) & (tile.quads - 1);
      const int pixel = segment.pixel(quad), image = segment.image(quad);
      const bool has = product.hasOutputs() && pixel < segment.width;
      if (has) {
        product.multiply(d, weights);
        product.leave(piece.block, (segment.y * p.dst.width + segment.x + pixel) * kLanes + image);
      }
      if (p.sums.data != nullptr)
        product.addSums(has ? lanesInBlock(p.images, piece.block) - image : 0, space);
    }
  }

  __device__ void makeDepthwise(const SepConvSegment& s) const {
    const int inputs = p.src.x.channels, runs = ceilDivide(s.width, kRun), taps = p.kernel * p.kernel;
    for (int unit = threadIdx.x; unit < tile.depth * runs * s.perPixel; unit += kThreads) {
      const int image = s.image(unit), c = s.pixel(unit) / runs, first = s.pixel(unit) % runs * kRun;
      float4 sum[kRun] = {};
      if (c < inputs) {
        const NormalisedQuads<typename P::Element> z{
            {plane<P>(p.src.x, piece.block, c) + image, p.src.x.height, p.src.x.width}, Normalise(p.src, c)};
        depthwiseRun(sum, p, p.depthwise + c * taps, s.y, s.x + first, z);
      }
      float* to = d + c * 4 * tile.quads + (first * s.perPixel + (unit & (s.perPixel - 1))) * 4;
#pragma unroll
      for (int j = 0; j < kRun; ++j)
        if (first + j < s.width) putFour(to + j * s.perPixel * 4, sum[j]);
      if (p.kept.data == nullptr || c >= inputs) continue;
      auto* left = plane<P>(p.kept, piece.block, c) + (s.y * p.dst.width + s.x + first) * kLanes + image;
#pragma unroll
      for (int j = 0; j < kRun; ++j)
        if (first + j < s.width) putFour(left + j * kLanes, sum[j]);
    }
  }

  const SepConv& p;
  const SepConvTile& tile;
  const int item_;
  const Piece piece;
  float *const d, *const weights;
  double* const space;
};

template <class P>
__device__ inline void sepConv(const SepConv& parameters, int item) {
  DYNAMIC_SHARED(float, shared);
  const SepConv p = parameters;
  const SepConvTile tile(p);
  switch (tile.threadOutputs) {
    case 10:
      return SepConvItem<P, 10>(p, tile, item, shared).run();
    case 5:
      return SepConvItem<P, 5>(p, tile, item, shared).run();
    default:
      return SepConvItem<P, 2>(p, tile, item, shared).run();
  }
}

}  // namespace nao::kernels::cuda
