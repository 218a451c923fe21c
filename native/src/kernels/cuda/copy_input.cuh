// Explicit images into the layout: a thread per four images of a pixel, so that a warp reads whole sectors of images.
#pragma once

#include "kernels/cuda/map_quads.cuh"
#include "kernels/cuda/on_device.cuh"

namespace nao::kernels::cuda {

template <class P>
__device__ inline void copyInput(const CopyInput& p, int item) {
  const Piece piece(item, p.pieces, p.dst.height);
  if (piece.rows() == 0) return;
  const Tensor dst = p.dst;
  const int lane = piece.offset(static_cast<int>(threadIdx.x), dst.width) % kLanes;
  const int present = lanesInBlock(p.images, piece.block) - lane;
  const std::int64_t pixels = static_cast<std::int64_t>(dst.height) * dst.width, perImage = dst.channels * pixels;
  const float* const first = p.src + (static_cast<std::int64_t>(piece.block) * kLanes + lane) * perImage;
  for (ItemWalk walk(1, piece.quads(dst.width)); walk.channel < dst.channels; walk.next()) {
    const int at = piece.offset(walk.part, dst.width);
    const float* const src = first + walk.channel * pixels + at / kLanes;
    ImageQuad x;
#pragma unroll
    for (int n = 0; n < 4; ++n) x.of[n] = n < present ? src[n * perImage] : 0.0f;
    putImages(plane<P>(dst, piece.block, walk.channel) + at, x);
  }
}

template <>
struct OnDevice<CopyInput> : MapKernel {
  template <class P>
  static __device__ void run(const CopyInput& p, int item) {
    copyInput<P>(p, item);
  }
};

}  // namespace nao::kernels::cuda
