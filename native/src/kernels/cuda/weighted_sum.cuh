// Weighted sum of candidates: a thread per value, neighbouring threads on neighbouring images.
#pragma once

#include "kernels/cuda/item.cuh"

namespace nao::kernels::cuda {

template <class P>
__device__ inline void weightedSum(const WeightedSum& p, int item) {
  const Piece piece(item, p.pieces, p.dst.height);
  const int width = p.dst.width, perChannel = (piece.end - piece.begin) * width * kLanes;
  for (int i = threadIdx.x; i < p.dst.channels * perChannel; i += kThreads) {
    const int c = i / perChannel, at = piece.begin * width * kLanes + i % perChannel;
    float sum = 0;
    for (int t = 0; t < p.termCount; ++t) {
      const WeightedTerm& term = p.terms[t];
      sum = fmaf(*term.weight, Normalise(term.src, c).z(valueOf(plane<P>(term.src.x, piece.block, c)[at])), sum);
    }
    put(plane<P>(p.dst, piece.block, c) + at, sum);
  }
}

template <class P>
__device__ inline void weightedSumBackward(const WeightedSumBackward& p, int item) {
  const Piece piece(item, p.forward.pieces, p.g.height);
  const int width = p.g.width, perChannel = (piece.end - piece.begin) * width * kLanes;
  for (int i = threadIdx.x; i < p.g.channels * perChannel; i += kThreads) {
    const int c = i / perChannel, at = piece.begin * width * kLanes + i % perChannel;
    const float g = valueOf(plane<P>(p.g, piece.block, c)[at]);
    for (int t = 0; t < p.forward.termCount; ++t) {
      const SourceGradient& dsrc = p.gradients[t];
      if (dsrc.g.data != nullptr)
        leave(plane<P>(dsrc.g, piece.block, c) + at, dsrc.accumulate, *p.forward.terms[t].weight * g);
    }
  }
}

}  // namespace nao::kernels::cuda
