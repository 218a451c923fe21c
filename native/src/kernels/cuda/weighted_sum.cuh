// Weighted sum of candidates: a thread per four images of a pixel, several together.
#pragma once

#include "kernels/cuda/map_quads.cuh"
#include "kernels/cuda/on_device.cuh"

namespace nao::kernels::cuda {

template <class P>
__device__ inline void weightedSum(const WeightedSum& p, int item) {
  const Piece piece(item, p.pieces, p.dst.height);
  if (piece.rows() == 0) return;
  const Tensor dst = p.dst;
  const WeightedTerm* const terms = p.terms;
  const int count = p.termCount;
  for (ItemWalk walk(1, piece.quads(dst.width)); walk.channel < dst.channels;) {
    const QuadBatch batch(walk, piece, dst.channels, dst.width);
    ImageQuad sums[kBatchQuads] = {};
#pragma unroll 2
    for (int t = 0; t < count; ++t) {
      const Source src = terms[t].src;
      const float weight = *terms[t].weight;
      ImageQuad x[kBatchQuads];
#pragma unroll
      for (int b = 0; b < kBatchQuads; ++b)
        x[b] = quadOf(plane<P>(src.x, piece.block, batch.channel[b]) + batch.offset[b]);
#pragma unroll
      for (int b = 0; b < kBatchQuads; ++b) {
        const Normalise normalise(src, batch.channel[b]);
#pragma unroll
        for (int n = 0; n < 4; ++n) sums[b].of[n] = fmaf(weight, normalise.z(x[b].of[n]), sums[b].of[n]);
      }
    }
#pragma unroll
    for (int b = 0; b < kBatchQuads; ++b)
      if (batch.valid[b]) putImages(plane<P>(dst, piece.block, batch.channel[b]) + batch.offset[b], sums[b]);
  }
}

template <class P>
__device__ inline void weightedSumBackward(const WeightedSumBackward& p, int item) {
  const Piece piece(item, p.forward.pieces, p.g.height);
  if (piece.rows() == 0) return;
  const Tensor g = p.g;
  const WeightedTerm* const terms = p.forward.terms;
  const SourceGradient* const gradients = p.gradients;
  const int count = p.forward.termCount;
  for (ItemWalk walk(1, piece.quads(g.width)); walk.channel < g.channels;) {
    const QuadBatch batch(walk, piece, g.channels, g.width);
    ImageQuad values[kBatchQuads];
#pragma unroll
    for (int b = 0; b < kBatchQuads; ++b)
      values[b] = quadOf(plane<P>(g, piece.block, batch.channel[b]) + batch.offset[b]);
    for (int t = 0; t < count; ++t) {
      const SourceGradient dsrc = gradients[t];
      if (dsrc.g.data == nullptr) continue;
      const float weight = *terms[t].weight;
      ImageQuad before[kBatchQuads] = {};
#pragma unroll
      for (int b = 0; b < kBatchQuads; ++b)
        if (dsrc.accumulate) before[b] = quadOf(plane<P>(dsrc.g, piece.block, batch.channel[b]) + batch.offset[b]);
#pragma unroll
      for (int b = 0; b < kBatchQuads; ++b) {
        if (!batch.valid[b]) continue;
#pragma unroll
        for (int n = 0; n < 4; ++n) before[b].of[n] = fmaf(weight, values[b].of[n], before[b].of[n]);
        putImages(plane<P>(dsrc.g, piece.block, batch.channel[b]) + batch.offset[b], before[b]);
      }
    }
  }
}

template <>
struct OnDevice<WeightedSum> : MapKernel {
  template <class P>
  static __device__ void run(const WeightedSum& p, int item) {
    weightedSum<P>(p, item);
  }
};

template <>
struct OnDevice<WeightedSumBackward> : MapKernelBackward {
  template <class P>
  static __device__ void run(const WeightedSumBackward& p, int item) {
    weightedSumBackward<P>(p, item);
  }
};

}  // namespace nao::kernels::cuda
