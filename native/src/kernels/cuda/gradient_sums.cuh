// Sums of masked gradients: a few threads of a warp per channel, several quads each; pairs of terms share the loads of
// g.
#pragma once

#include "kernels/cuda/map_quads.cuh"

namespace nao::kernels::cuda {

/// kTerms terms from `first` on, all channels.
template <class P, int kTerms>
__device__ inline void sumGradients(const GradientSums& p, int item, const Piece& piece, int first) {
  const Tensor g = p.g;
  const int quads = piece.quads(g.width);
  const ChannelTeam team(quads, kBatchQuads);
  const int lane = piece.offset(team.rank, g.width) % kLanes;
  const ImageQuad present = presentImages(p.images, piece.block, lane);
  Tensor y[kTerms];
  ImageQuad masks[kTerms];
#pragma unroll
  for (int t = 0; t < kTerms; ++t) {
    y[t] = p.terms[first + t].y;
    masks[t] = imageMasks<4>(p.terms[first + t].mask, piece.block, lane);
#pragma unroll
    for (int n = 0; n < 4; ++n) masks[t].of[n] *= present.of[n];
  }
  for (int firstChannel = 0; firstChannel < g.channels; firstChannel += team.count()) {
    const int c = firstChannel + team.index, quadsHere = c < g.channels ? quads : 0;
    double sums[kTerms] = {}, products[kTerms] = {};
    for (int quad = team.rank; quad < quadsHere; quad += kBatchQuads * team.size) {
      ImageQuad gradients[kBatchQuads], values[kTerms][kBatchQuads];
#pragma unroll
      for (int b = 0; b < kBatchQuads; ++b) {
        const int wanted = quad + b * team.size, at = piece.offset(wanted < quads ? wanted : quad, g.width);
        gradients[b] = quadOf(plane<P>(g, piece.block, c) + at);
#pragma unroll
        for (int t = 0; t < kTerms; ++t) values[t][b] = quadOf(plane<P>(y[t], piece.block, c) + at);
      }
#pragma unroll
      for (int t = 0; t < kTerms; ++t) {
        float sum = 0, product = 0;
#pragma unroll
        for (int b = 0; b < kBatchQuads; ++b) {
          if (quad + b * team.size >= quads) continue;
#pragma unroll
          for (int n = 0; n < 4; ++n) {
            const float masked = masks[t].of[n] * gradients[b].of[n];
            sum += masked;
            product = fmaf(masked, values[t][b].of[n], product);
          }
        }
        sums[t] += sum;
        products[t] += product;
      }
    }
#pragma unroll
    for (int t = 0; t < kTerms; ++t) {
      const double sum = team.sum(sums[t]), product = team.sum(products[t]);
      if (team.rank != 0 || c >= g.channels) continue;
      p.terms[first + t].sums.at(item, 0, c) = sum;
      p.terms[first + t].sums.at(item, 1, c) = product;
    }
  }
}

template <class P>
__device__ inline void gradientSums(const GradientSums& p, int item) {
  const Piece piece(item, p.pieces, p.g.height);
  int first = 0;
  for (; first + 2 <= p.termCount; first += 2) sumGradients<P, 2>(p, item, piece, first);
  if (first < p.termCount) sumGradients<P, 1>(p, item, piece, first);
}

}  // namespace nao::kernels::cuda
