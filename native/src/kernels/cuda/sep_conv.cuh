// Separable convolution, forward. A tile is a segment of a row of dst:
//
//   z -> d [channels][quads of the tile] in shared memory -> dst [Cout][quads] and its sums
//
// d is left in device memory too where the backward wants it. A thread makes a run of d, then holds some outputs of a
// quad, four images of a pixel; through shared memory they come to the threads that write and sum a plane.
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
        results(shared + shape.results()),
        weights(shared + shape.weights()) {}

  __device__ void run() const {
    const int perPixel = atMost(piece.lanes / 4, tile.quads), pixels = tile.quads >> perPixel / 2;
    if (tile.onePass()) loadWeights(0);  // weights change between steps only
    nao::cuda::waitForPrevious();
    if (piece.rows() == 0) clear(p.sums, item_, p.dst.channels);
    bool isFirst = true;
    for (int y = piece.begin; y < piece.end; ++y)
      for (int x = 0; x < p.dst.width; x += pixels)
        for (int lane = 0; lane < piece.lanes; lane += 4 * perPixel) {
          runTile({y, x, atMost(pixels, p.dst.width - x), piece.lane + lane, perPixel}, isFirst);
          isFirst = false;
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

  __device__ void runTile(const SepConvSegment& segment, bool isFirst) const {
    if (!isFirst) __syncthreads();  // the tile before has been read
    makeDepthwise(segment);
    for (int first = 0; first < p.dst.channels; first += tile.outputs) {
      if (!tile.onePass()) {
        __syncthreads();  // the weights before have been read
        loadWeights(first);
      }
      nao::cuda::copyAsyncWait<0>();
      __syncthreads();
      Products products(tile);
      products.multiply(d, weights);
      __syncthreads();  // d has been read
      products.leave(results);
      __syncthreads();
      leave(segment, first, isFirst);
    }
  }

  /// Neighbouring threads, a warp or a part of one, write an output's plane and make its sums: a tree of floats over
  /// the tile, doubles from there on.
  __device__ void leave(const SepConvSegment& s, int first, bool isFirst) const {
    const int images = lanesInBlock(p.images, piece.block), count = atMost(tile.outputs, p.dst.channels - first);
    const int row = (s.y * p.dst.width + s.x) * kLanes, columns = tile.columns();
    const int threads = atMost(tile.quads, 32), share = static_cast<int>(threadIdx.x) & (threads - 1);
    const int mine = static_cast<int>(threadIdx.x) >> shiftOf(threads), together = kThreads >> shiftOf(threads);
#pragma unroll 1
    for (int begin = 0; begin < count; begin += together) {
      const int o = begin + mine;
      auto* to = plane<P>(p.dst, piece.block, first + o) + row;
      float sum = 0, square = 0;
      if (o < count) {
#pragma unroll 4
        for (int quad = share; quad < tile.quads; quad += 32) {
          const int pixel = s.pixel(quad), image = s.image(quad);
          const float4 v = fourOf(results + o * columns + 4 * quad);
          if (pixel >= s.width) continue;
          putFour(to + pixel * kLanes + image, v);
          const float4 r =
              firstOf(make_float4(rounded<P>(v.x), rounded<P>(v.y), rounded<P>(v.z), rounded<P>(v.w)), images - image);
          sum += (r.x + r.y) + (r.z + r.w);
          addDot(square, r, r);
        }
      }
      if (p.sums.data == nullptr) continue;
      for (int distance = threads / 2; distance > 0; distance /= 2) {
        sum += __shfl_xor_sync(0xffffffffu, sum, distance);
        square += __shfl_xor_sync(0xffffffffu, square, distance);
      }
      if (share != 0 || o >= count) continue;
      double &slot = p.sums.at(item_, 0, first + o), &squareSlot = p.sums.at(item_, 1, first + o);
      slot = isFirst ? static_cast<double>(sum) : slot + static_cast<double>(sum);
      squareSlot = isFirst ? static_cast<double>(square) : squareSlot + static_cast<double>(square);
    }
  }

  __device__ void makeDepthwise(const SepConvSegment& s) const {
    const int inputs = p.src.x.channels, taps = p.kernel * p.kernel;
    const int pixels = tile.quads >> s.perPixel / 2, runs = ceilDivide(pixels, kRun);
#pragma unroll 1
    for (int unit = threadIdx.x; unit < tile.depth * runs * s.perPixel; unit += kThreads) {  // runs: a power of 2
      const int image = s.image(unit), c = s.pixel(unit) >> shiftOf(runs), first = (s.pixel(unit) & (runs - 1)) * kRun;
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
  float *const d, *const results, *const weights;
};

template <class P>
__device__ inline void sepConv(const SepConvCall& call, int item) {
  DYNAMIC_SHARED(float, shared);
  const SepConv p = call.p;
  const SepConvTile tile = P::kTensorCores ? call.onTensorCores : call.plain;
  if constexpr (P::kTensorCores) {
    SepConvItem<P, SepConvFragments>(p, tile, item, shared).run();
  } else {
    switch (tile.threadOutputs) {
      case 10:
        return SepConvItem<P, SepConvUnits<10>>(p, tile, item, shared).run();
      case 5:
        return SepConvItem<P, SepConvUnits<5>>(p, tile, item, shared).run();
      default:
        return SepConvItem<P, SepConvUnits<2>>(p, tile, item, shared).run();
    }
  }
}

}  // namespace nao::kernels::cuda
