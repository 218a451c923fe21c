// Separable convolution, forward. A tile is a segment of a row of dst:
//
//   z -> d [channels][quads of the tile] in shared memory -> dst [Cout][quads] and its sums
//
// d is left in device memory too where the backward wants it. A thread makes a run of d, then holds some outputs of a
// quad: four images of a pixel.
#pragma once

#include "kernels/cuda/sep_conv_products.cuh"

namespace nao::kernels::cuda {

/// All tiles of an item.
template <class P, class Products>
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
    const int perPixel = atMost(piece.lanes / 4, tile.quads), pixels = tile.quads >> perPixel / 2;
    for (int i = threadIdx.x; i < tile.sumCount(); i += kThreads) space[i] = 0;
    if (tile.outputs == tile.allOutputs) loadWeights(0);  // weights change between steps only
    nao::cuda::waitForPrevious();
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
#pragma unroll 1
    for (int o = static_cast<int>(threadIdx.x) / 32; o < tile.outputs; o += kWarps) {
      const float* __restrict__ from = p.pointwise + static_cast<std::int64_t>(first + o) * inputs;
#pragma unroll 1
      for (int c = static_cast<int>(threadIdx.x) % 32; c < tile.depth; c += 32) {
        float* to = weights + o * tile.pitch + c;
        if (first + o >= p.dst.channels || c >= inputs)
          *to = 0;
        else if constexpr (P::kTensorCores)
          *to = toTensorCore(from[c]);
        else
          nao::cuda::copyAsync<4>(to, from + c);
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
      Products::run(p, tile, piece, segment, first, d, weights, space);
    }
  }

  __device__ void makeDepthwise(const SepConvSegment& s) const {
    const int inputs = p.src.x.channels, taps = p.kernel * p.kernel;
    const int pixels = tile.quads >> s.perPixel / 2, runs = ceilDivide(pixels, kRun);
#pragma unroll 1
    for (int unit = threadIdx.x; unit < tile.depth * runs * s.perPixel; unit += kThreads) {
      const int image = s.image(unit), c = s.pixel(unit) / runs, first = s.pixel(unit) % runs * kRun;
      float4 sum[kRun] = {};
      if (c < inputs) {
        const NormalisedQuads<typename P::Element> z(plane<P>(p.src.x, piece.block, c) + image, p.src, c);
        depthwiseRun(sum, p, p.depthwise + c * taps, s.y, s.x + first, z);
      }
      float* to = d + c * tile.columns() + (first * s.perPixel + (unit & (s.perPixel - 1))) * 4;
#pragma unroll
      for (int j = 0; j < kRun; ++j)
        if (first + j < pixels) putFour(to + j * s.perPixel * 4, operand(sum[j]));
      if (p.kept.data == nullptr || c >= inputs) continue;
      auto* left = plane<P>(p.kept, piece.block, c) + (s.y * p.dst.width + s.x + first) * kLanes + image;
#pragma unroll
      for (int j = 0; j < kRun; ++j)
        if (first + j < s.width) putFour(left + j * kLanes, sum[j]);
    }
  }

  __device__ static float4 operand(const float4& v) {
    if constexpr (P::kTensorCores)
      return make_float4(toTensorCore(v.x), toTensorCore(v.y), toTensorCore(v.z), toTensorCore(v.w));
    else
      return v;
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
  const SepConvTile tile(p, P::kTensorCores);
  if constexpr (P::kTensorCores) {
    SepConvItem<P, SepConvFragments<P>>(p, tile, item, shared).run();
  } else {
    switch (tile.threadOutputs) {
      case 10:
        return SepConvItem<P, SepConvUnits<P, 10>>(p, tile, item, shared).run();
      case 5:
        return SepConvItem<P, SepConvUnits<P, 5>>(p, tile, item, shared).run();
      default:
        return SepConvItem<P, SepConvUnits<P, 2>>(p, tile, item, shared).run();
    }
  }
}

}  // namespace nao::kernels::cuda
