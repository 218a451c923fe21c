// Explicit images into the layout: a thread per value, neighbouring threads on neighbouring images.
#pragma once

#include "kernels/cuda/item.cuh"

namespace nao::kernels::cuda {

template <class P>
__device__ inline void copyInput(const CopyInput& p, int item) {
  const Piece piece(item, p.pieces, p.dst.height);
  const int lane = threadIdx.x % kLanes, lanes = lanesInBlock(p.images, piece.block);
  const std::int64_t pixels = static_cast<std::int64_t>(p.dst.height) * p.dst.width;
  const std::int64_t image = static_cast<std::int64_t>(piece.block) * kLanes + lane;
  eachRow(p.dst.channels, piece, [&](int c, int y) {
    const float* src = p.src + (image * p.dst.channels + c) * pixels + static_cast<std::int64_t>(y) * p.dst.width;
    auto* dst = plane<P>(p.dst, piece.block, c) + y * p.dst.width * kLanes + lane;
    for (int x = threadIdx.x % 32 / kLanes; x < p.dst.width; x += 32 / kLanes)
      put(dst + x * kLanes, lane < lanes ? src[x] : 0.0f);
  });
}

}  // namespace nao::kernels::cuda
