// Separable convolution, forward. A tile is a segment of a row of dst:
//
//   z -> d [channels][quads of the tile] in shared memory -> dst [Cout][quads] and its sums
//
// d is left in device memory too where the backward wants it. A thread makes runs of d, then holds some outputs of a
// quad, four images of a pixel.
#pragma once

#include "kernels/cuda/on_device.cuh"
#include "kernels/cuda/sep_conv_products.cuh"
#include "kernels/pivots.h"

namespace nao::kernels::cuda {

/// Weights of the outputs from `first` on in shared memory, [channels in fours][output][4], 0 beyond the last of
/// either. They are there after a wait and a barrier.
template <class P>
__device__ inline void loadWeights(const SepConv& p, const SepConvTile& tile, int first, float* weights) {
  const int inputs = p.src.x.channels, rows = p.dst.channels - first;
  const bool fours = ((reinterpret_cast<std::uintptr_t>(p.pointwise) / sizeof(float) | inputs) & 3) == 0;
  const float* __restrict__ const from = p.pointwise + static_cast<std::int64_t>(first) * inputs;
#pragma unroll 1
  for (int o = static_cast<int>(threadIdx.x / 8); o < tile.outputs; o += kThreads / 8)
#pragma unroll 1
    for (int c = static_cast<int>(threadIdx.x % 8 * 4); c < tile.depth; c += 32) {
      const float* const at = from + (o * inputs + c);
      float* const to = weights + ((c >> 2) * tile.pitch() + 4 * o);
      const bool whole = fours && o < rows && c < inputs;
      if (!P::kTensorCores && whole) {
        nao::cuda::copyAsync<16>(to, at);
        continue;
      }
      float w[4] = {};
#pragma unroll
      for (int i = 0; i < 4; ++i)
        if (o < rows && c + i < inputs) w[i] = at[i];
      putFour(to, operand<P>(make_float4(w[0], w[1], w[2], w[3])));
    }
  nao::cuda::copyAsyncCommit();
}

/// A tile of an item.
template <class P>
class SepConvTileOfItem {
 public:
  __device__ SepConvTileOfItem(const SepConv& parameters, const SepConvTile& shape, const SepConvSegment& segment,
                               int block, float* shared)
      : p(parameters),
        tile(shape),
        s(segment),
        block_(block),
        d(shared),
        weights(shared + shape.weights()),
        sums(shared + shape.sums()) {}

  /// Makes d. The tile before has been read.
  __device__ void makeDepthwise() const {
    const int pixels = tile.quads >> s.perPixel / 2, runs = ceilDivide(pixels, kRun);
    const int shift = shiftOf(runs * s.perPixel), share = static_cast<int>(threadIdx.x) & ((1 << shift) - 1);
    const int first = s.pixel(share) * kRun;
    withDepthwiseRun(p, first + kRun <= s.width, [&](const auto& run) { makeRuns(run, first, share, shift); });
  }
  /// Makes the outputs and their sums, of which those of an item's first tile begin at 0. Leaves d and the weights
  /// read.
  template <class Product>
  __device__ void makeOutputs(int item, bool isFirst) const {
#pragma unroll 1
    for (int first = 0; first < p.dst.channels; first += tile.outputs) {
      if (!tile.onePass()) loadWeights<P>(p, tile, first, weights);
      nao::cuda::copyAsyncWait<0>();
      __syncthreads();
      const int count = atMost(tile.outputs, p.dst.channels - first);
      Product outputs(tile);
      outputs.multiply(d, weights);
      outputs.leave(s, {plane<P>(p.dst, block_, first) + (s.y * p.dst.width + s.x) * kLanes,
                        static_cast<int>(p.dst.channelStride), count, lanesInBlock(p.images, block_), sums});
      __syncthreads();
      if (p.sums.data != nullptr) addSums(item, first, count, isFirst);
    }
  }

 private:
  /// Adds those of the parts of the tile in order.
  __device__ void addSums(int item, int first, int count, bool isFirst) const {
#pragma unroll 1
    for (int o = threadIdx.x; o < count; o += kThreads) {
      ChannelTotals totals;
      if (!isFirst) totals = {p.sums.at(item, 0, first + o), p.sums.at(item, 1, first + o)};
      const int quads = tile.quads / tile.parts;
      const float* of = sums + o;
#pragma unroll 1
      for (int part = 0; part < tile.parts; ++part, of += 3 * tile.outputs)
        totals.addOutputs(static_cast<double>(of[0]), s.values(part * quads, quads, lanesInBlock(p.images, block_)),
                          static_cast<double>(of[tile.outputs]), static_cast<double>(of[2 * tile.outputs]));
      totals.leave(p.sums, item, first + o);
    }
  }

  /// A thread takes the same run, from pixel `first` on, of every so many channels.
  template <class Run>
  __device__ void makeRuns(const Run& run, int first, int share, int shift) const {
    const int inputs = p.src.x.channels, taps = p.kernel * p.kernel, image = s.image(share);
    const int count = (tile.quads >> s.perPixel / 2) - first;
    const int stride = static_cast<int>(p.src.x.channelStride), keptStride = static_cast<int>(p.kept.channelStride);
    const auto* const src = plane<P>(p.src.x, block_, 0) + image;
    auto* const kept = p.kept.data == nullptr
                           ? nullptr
                           : plane<P>(p.kept, block_, 0) + ((s.y * p.dst.width + s.x + first) * kLanes + image);
    float* const to = d + ((first << s.perPixel / 2) + (share & (s.perPixel - 1))) * 4;
#pragma unroll 1
    for (int c = static_cast<int>(threadIdx.x) >> shift; c < tile.depth; c += kThreads >> shift) {
      float4 sum[kRun] = {};
      if (c < inputs)
        run(sum, p.depthwise + c * taps, s.y, s.x + first,
            NormalisedQuads<typename P::Element>(src + c * stride, p.src, c));
      float* at = to + c * tile.columns();
#pragma unroll
      for (int j = 0; j < kRun; ++j, at += s.perPixel * 4)
        if (Run::kWhole || j < count) putFour(at, operand<P>(sum[j]));
      if (kept == nullptr || c >= inputs) continue;
      auto* const left = kept + c * keptStride;
#pragma unroll
      for (int j = 0; j < kRun; ++j)
        if (Run::kWhole || first + j < s.width) putFour(left + j * kLanes, sum[j]);
    }
  }

  const SepConv& p;
  const SepConvTile& tile;
  const SepConvSegment& s;
  const int block_;
  float *const d, *const weights, *const sums;
};

template <class P>
__device__ inline void sepConvTile(const SepConvCall& call, int item, int block, SepConvSegment segment, bool isFirst) {
  DYNAMIC_SHARED(float, shared);
  const SepConv p = call.p;
  const SepConvTile shape = P::kTensorCores ? call.onTensorCores : call.plain;
  const SepConvTileOfItem<P> tile(p, shape, segment, block, shared);
  tile.makeDepthwise();
  if constexpr (P::kTensorCores)
    tile.template makeOutputs<SepConvFragments<P>>(item, isFirst);
  else if (shape.threadOutputs == 10)
    tile.template makeOutputs<SepConvUnits<P, 10>>(item, isFirst);
  else if (shape.threadOutputs == 5)
    tile.template makeOutputs<SepConvUnits<P, 5>>(item, isFirst);
  else
    tile.template makeOutputs<SepConvUnits<P, 2>>(item, isFirst);
}

template <class P>
__device__ inline void sepConv(const SepConvCall& call, int item) {
  DYNAMIC_SHARED(float, shared);
  const SepConv& p = call.p;
  const SepConvTile& tile = P::kTensorCores ? call.onTensorCores : call.plain;
  const Piece piece(item, p.pieces, p.dst.height);
  const int perPixel = atMost(piece.lanes / 4, tile.quads), pixels = tile.quads >> perPixel / 2, width = p.dst.width;
  if (tile.onePass()) loadWeights<P>(p, tile, 0, shared + tile.weights());  // weights change between steps only
  nao::cuda::waitForPrevious();
  if (piece.rows() == 0) clear(p.sums, item, p.dst.channels);
  bool isFirst = true;
  for (int y = piece.begin; y < piece.end; ++y)
    for (int x = 0; x < width; x += pixels)
      for (int lane = 0; lane < piece.lanes; lane += 4 * perPixel) {
        sepConvTile<P>(call, item, piece.block, {y, x, atMost(pixels, width - x), piece.lane + lane, perPixel},
                       isFirst);
        isFirst = false;
      }
}

template <>
struct OnDevice<SepConv> : PiecesOfBlocks, Products, WaitsItself {
  static std::size_t sharedBytes(const SepConv& p) {
    const int floats = SepConvTile(p, false).floats(), onTensorCores = SepConvTile(p, true).floats();
    return static_cast<std::size_t>(atLeast(floats, onTensorCores)) * sizeof(float);
  }
  template <class P>
  static __device__ void run(const SepConvCall& p, int item) {
    sepConv<P>(p, item);
  }
};

/// In its place plans for GPUs have a PointwiseBackward and a DepthwiseBackward.
template <>
struct OnDevice<SepConvBackward> : NotOnDevice {};

}  // namespace nao::kernels::cuda
