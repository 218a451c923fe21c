// Sums of masked gradients: a warp per channel; up to four terms share the loads of g.
#pragma once

#include "kernels/cuda/item.cuh"

namespace nao::kernels::cuda {

template <class P>
__device__ inline void gradientSums(const GradientSums& p, int item) {
  constexpr int kTogether = 4;
  const Piece piece(item, p.pieces, p.g.height);
  const int rowValues = p.g.width * kLanes, end = piece.end * rowValues, lane = threadIdx.x % kLanes;
  const bool counts = lane < lanesInBlock(p.images, piece.block);
  for (int first = 0; first < p.termCount; first += kTogether) {
    const int terms = min(kTogether, p.termCount - first);
    for (int c = threadIdx.x / 32; c < p.g.channels; c += kWarps) {
      const auto* g = plane<P>(p.g, piece.block, c);
      const typename P::Element* y[kTogether];
      float mask[kTogether];
      double sums[kTogether] = {}, products[kTogether] = {};
#pragma unroll
      for (int t = 0; t < kTogether; ++t) {
        const GradientSumsTerm& term = p.terms[first + min(t, terms - 1)];
        y[t] = plane<P>(term.y, piece.block, c);
        mask[t] = imageMask(term.mask, piece.block, lane);
      }
      for (int at = piece.begin * rowValues + threadIdx.x % 32; at < end && counts; at += 32) {
#pragma unroll
        for (int t = 0; t < kTogether; ++t) {
          if (t >= terms) continue;
          const double masked = static_cast<double>(mask[t]) * valueOf(g[at]);
          sums[t] += masked;
          products[t] += masked * valueOf(y[t][at]);
        }
      }
#pragma unroll
      for (int t = 0; t < kTogether; ++t) {
        if (t >= terms) continue;
        const double sum = sumOverWarp(sums[t]), product = sumOverWarp(products[t]);
        if (threadIdx.x % 32 != 0) continue;
        p.terms[first + t].sums.at(item, 0, c) = sum;
        p.terms[first + t].sums.at(item, 1, c) = product;
      }
    }
  }
}

}  // namespace nao::kernels::cuda
