// Global average pooling: a warp per channel of the piece; pieces cut the channels.
#pragma once

#include "kernels/cuda/item.cuh"

namespace nao::kernels::cuda {

template <class P>
__device__ inline void globalPool(const GlobalPool& p, int item) {
  const Tensor& x = p.src.x;
  const Piece piece(item, p.pieces, x.channels);
  const int pixels = x.height * x.width, lane = threadIdx.x % kLanes;
  for (int c = piece.begin + static_cast<int>(threadIdx.x) / 32; c < piece.end; c += kWarps) {
    const Normalise normalise(p.src, c);
    const auto* values = plane<P>(x, piece.block, c);
    float sum = 0;
    for (int at = threadIdx.x % 32; at < pixels * kLanes; at += 32) sum += normalise(valueOf(values[at]));
    sum += __shfl_xor_sync(0xffffffffu, sum, kLanes);  // the other pixels of the same image
    if (threadIdx.x % 32 >= static_cast<unsigned>(lanesInBlock(p.images, piece.block)) || threadIdx.x % 32 >= kLanes)
      continue;
    const std::int64_t image = static_cast<std::int64_t>(piece.block) * kLanes + lane;
    p.features[image * p.featureStride + c] = sum / static_cast<float>(pixels);
  }
}

template <class P>
__device__ inline void globalPoolBackward(const GlobalPoolBackward& p, int item) {
  const GlobalPool& f = p.forward;
  const Tensor& x = f.src.x;
  const Piece piece(item, f.pieces, x.channels);
  const int pixels = x.height * x.width, lane = threadIdx.x % kLanes;
  const bool present = lane < lanesInBlock(f.images, piece.block);
  const std::int64_t image = static_cast<std::int64_t>(piece.block) * kLanes + lane;
  for (int c = piece.begin + static_cast<int>(threadIdx.x) / 32; c < piece.end; c += kWarps) {
    const Normalise normalise(f.src, c);
    const float g = present ? p.dfeatures[image * f.featureStride + c] / static_cast<float>(pixels) : 0.0f;
    const auto* values = plane<P>(x, piece.block, c);
    auto* dsrc = plane<P>(p.dsrc.g, piece.block, c);
    for (int at = threadIdx.x % 32; at < pixels * kLanes; at += 32)
      leave(dsrc + at, p.dsrc.accumulate, normalise.backward(g, f.src.relu ? valueOf(values[at]) : 0.0f));
  }
}

}  // namespace nao::kernels::cuda
