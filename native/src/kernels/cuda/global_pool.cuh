// Global average pooling: a warp per channel of the piece, a thread per four images of a pixel; pieces cut the
// channels.
#pragma once

#include "kernels/cuda/map_quads.cuh"
#include "kernels/cuda/on_device.cuh"

namespace nao::kernels::cuda {

/// All rows of a piece that cuts the channels.
__device__ inline Piece wholeMap(Piece piece, int rows) {
  piece.begin = 0;
  piece.end = rows;
  return piece;
}

template <class P>
__device__ inline void globalPool(const GlobalPool& p, int item) {
  const Source src = p.src;
  const Piece piece(item, p.pieces, src.x.channels), map = wholeMap(piece, src.x.height);
  const int quads = map.quads(src.x.width), inWarp = static_cast<int>(threadIdx.x) % 32, perPixel = map.lanes / 4;
  const int lane = map.offset(inWarp, src.x.width) % kLanes, present = lanesInBlock(p.images, map.block) - lane;
  const float share = 1.0f / static_cast<float>(src.x.height * src.x.width);
  for (int c = piece.begin + static_cast<int>(threadIdx.x) / 32; c < piece.end; c += kWarps) {
    const NormaliseTo6 normalise(src, c);
    const auto* values = plane<P>(src.x, map.block, c);
    ImageQuad sum = {};
#pragma unroll 8
    for (int quad = inWarp; quad < quads; quad += 32) {
      const ImageQuad x = quadOf(values + map.offset(quad, src.x.width));
#pragma unroll
      for (int n = 0; n < 4; ++n) sum.of[n] += normalise(x.of[n]);
    }
#pragma unroll
    for (int n = 0; n < 4; ++n)
      for (int distance = 16; distance >= perPixel; distance /= 2)  // the other pixels of the same image
        sum.of[n] += __shfl_xor_sync(0xffffffffu, sum.of[n], distance);
    if (inWarp >= perPixel) continue;
    const std::int64_t image = static_cast<std::int64_t>(map.block) * kLanes + lane;
#pragma unroll
    for (int n = 0; n < 4; ++n)
      if (n < present) p.features[(image + n) * p.featureStride + c] = sum.of[n] * share;
  }
}

template <class P>
__device__ inline void globalPoolBackward(const GlobalPoolBackward& p, int item) {
  const Source src = p.forward.src;
  const SourceGradient dsrc = p.dsrc;
  const Piece piece(item, p.forward.pieces, src.x.channels), map = wholeMap(piece, src.x.height);
  const int quads = map.quads(src.x.width), inWarp = static_cast<int>(threadIdx.x) % 32;
  const int lane = map.offset(inWarp, src.x.width) % kLanes, present = lanesInBlock(p.forward.images, map.block) - lane;
  const std::int64_t image = static_cast<std::int64_t>(map.block) * kLanes + lane;
  const float share = 1.0f / static_cast<float>(src.x.height * src.x.width);
  for (int c = piece.begin + static_cast<int>(threadIdx.x) / 32; c < piece.end; c += kWarps) {
    const NormaliseTo6 normalise(src, c);
    const auto* values = plane<P>(src.x, map.block, c);
    auto* left = plane<P>(dsrc.g, map.block, c);
    ImageQuad g;
#pragma unroll
    for (int n = 0; n < 4; ++n)
      g.of[n] = n < present ? p.dfeatures[(image + n) * p.forward.featureStride + c] * share : 0.0f;
    for (int first = inWarp; first < quads; first += 32 * kBatchQuads) {
      ImageQuad x[kBatchQuads] = {}, before[kBatchQuads] = {};
#pragma unroll
      for (int b = 0; b < kBatchQuads; ++b) {
        if (first + 32 * b >= quads) continue;
        const int at = map.offset(first + 32 * b, src.x.width);
        if (src.relu) x[b] = quadOf(values + at);
        if (dsrc.accumulate) before[b] = quadOf(left + at);
      }
#pragma unroll
      for (int b = 0; b < kBatchQuads; ++b) {
        if (first + 32 * b >= quads) continue;
#pragma unroll
        for (int n = 0; n < 4; ++n) before[b].of[n] += normalise.backward(g.of[n], x[b].of[n]);
        putImages(left + map.offset(first + 32 * b, src.x.width), before[b]);
      }
    }
  }
}

template <>
struct OnDevice<GlobalPool> : MapKernel {
  template <class P>
  static __device__ void run(const GlobalPool& p, int item) {
    globalPool<P>(p, item);
  }
};

template <>
struct OnDevice<GlobalPoolBackward> : MapKernelBackward {
  template <class P>
  static __device__ void run(const GlobalPoolBackward& p, int item) {
    globalPoolBackward<P>(p, item);
  }
};

}  // namespace nao::kernels::cuda
