// Sums of masked gradients: a few threads of a warp per channel, several quads each; pairs of terms share the loads of
// g.
#pragma once

#include "kernels/cuda/map_quads.cuh"
#include "kernels/cuda/on_device.cuh"
#include "kernels/cuda/reduce.cuh"
#include "kernels/pivots.h"

namespace nao::kernels::cuda {

/// kTerms terms from `first` on, all channels. Where a thread's quads lie is the same in all of them.
template <class P, int kTerms>
__device__ inline void sumGradients(const GradientSums& p, int item, const Piece& piece, int first) {
  using Element = typename P::Element;
  const int channels = p.g.channels, width = p.g.width, quads = piece.quads(width);
  const ChannelTeam team(quads, kBatchQuads);
  const int lane = piece.offset(team.rank, width) % kLanes;
  const ImageQuad present = presentImages(p.images, piece.block, lane);
  const Element* const g = plane<P>(p.g, piece.block, 0);
  const int gStride = static_cast<int>(p.g.channelStride);
  const Element* y[kTerms];
  int yStride[kTerms], behind[kTerms];
  double* slots[kTerms];  // of sums; those of products are `behind` after them
  ImageQuad masks[kTerms];
#pragma unroll
  for (int t = 0; t < kTerms; ++t) {
    const GradientSumsTerm& term = p.terms[first + t];
    y[t] = plane<P>(term.y, piece.block, 0);
    yStride[t] = static_cast<int>(term.y.channelStride);
    slots[t] = nao::cuda::inDeviceMemory(&term.sums.at(item, 0, 0));
    behind[t] = term.sums.channels;
    masks[t] = imageMasks<4>(term.mask, piece.block, lane);
#pragma unroll
    for (int n = 0; n < 4; ++n) masks[t].of[n] *= present.of[n];
  }
#pragma unroll 1
  for (int begin = 0; begin < quads; begin += kBatchQuads * team.size) {
    int at[kBatchQuads];
    const int count = quads - begin - team.rank;  // of the batch's quads, those at distances below this are there
#pragma unroll
    for (int b = 0; b < kBatchQuads; ++b)
      at[b] = piece.offset(min(begin + team.rank + b * team.size, quads - 1), width);
#pragma unroll 1
    for (int firstChannel = 0; firstChannel < channels; firstChannel += team.count()) {
      const int c = firstChannel + team.index, channel = min(c, channels - 1);
      ImageQuad gradients[kBatchQuads], values[kTerms][kBatchQuads];
#pragma unroll
      for (int b = 0; b < kBatchQuads; ++b) {
        gradients[b] = quadOf(g + (channel * gStride + at[b]));
#pragma unroll
        for (int t = 0; t < kTerms; ++t) values[t][b] = quadOf(y[t] + (channel * yStride[t] + at[b]));
      }
#pragma unroll
      for (int t = 0; t < kTerms; ++t) {
        const float pivot = __shfl_sync(0xffffffffu, values[t][0].of[0], 0, team.size);
        float sums[2] = {};  // of the masked gradient, of its products with distances from the pivot
#pragma unroll
        for (int b = 0; b < kBatchQuads; ++b) {
          if (b * team.size >= count) continue;
#pragma unroll
          for (int n = 0; n < 4; ++n) {
            const float masked = masks[t].of[n] * gradients[b].of[n];
            sums[0] += masked;
            sums[1] = fmaf(masked, values[t][b].of[n] - pivot, sums[1]);
          }
        }
        team.sum(sums);
        if (team.rank != 0 || c >= channels) continue;
        double &ofG = slots[t][c], &ofProducts = slots[t][behind[t] + c];
        ChannelTotals totals;
        if (begin != 0) totals = {ofG, ofProducts};
        totals.addGradients(static_cast<double>(pivot), static_cast<double>(sums[0]), static_cast<double>(sums[1]));
        ofG = totals.first;
        ofProducts = totals.second;
      }
    }
  }
}

template <class P>
__device__ inline void gradientSums(const GradientSums& p, int item) {
  const Piece piece(item, p.pieces, p.g.height);
  if (piece.rows() == 0) {
    for (int t = 0; t < p.termCount; ++t) clear(p.terms[t].sums, item, p.g.channels);
    return;
  }
  int first = 0;
  for (; first + 2 <= p.termCount; first += 2) sumGradients<P, 2>(p, item, piece, first);
  if (first < p.termCount) sumGradients<P, 1>(p, item, piece, first);
}

template <>
struct OnDevice<GradientSums> : MapKernel {
  template <class P>
  static __device__ void run(const GradientSums& p, int item) {
    gradientSums<P>(p, item);
  }
};

}  // namespace nao::kernels::cuda
