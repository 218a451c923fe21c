// Augmentation and normalisation of images: a thread per value, whose image stays the same.
#pragma once

#include "kernels/cuda/item.cuh"
#include "kernels/philox.h"

namespace nao::kernels::cuda {

constexpr std::size_t kAugmentBytes = 256 * sizeof(float);

template <class P>
__device__ inline void augment(const Augment& p, int item) {
  DYNAMIC_SHARED(float, normalised);  // every byte as a value of the channel: divisions in double, exactly those of ref
  const Piece piece(item, p.pieces, p.dst.height);
  const int height = p.dst.height, width = p.dst.width, lane = threadIdx.x % kLanes;
  // Lanes beyond the images repeat the last one.
  const int n = piece.block * kLanes + min(lane, lanesInBlock(p.images, piece.block) - 1);
  const PhiloxWords crop = philox(p.seed, p.step, static_cast<std::uint32_t>(n), kSiteCrop);
  const PhiloxWords cut = philox(p.seed, p.step, static_cast<std::uint32_t>(n), kSiteCutout);
  const int offsetY = below(crop.word[0], 2 * p.cropPadding + 1) - p.cropPadding;
  const int offsetX = below(crop.word[1], 2 * p.cropPadding + 1) - p.cropPadding;
  const bool flipped = p.flip && (crop.word[2] >> 31) != 0;
  const int half = p.cutout / 2;
  const int top = below(cut.word[0], height) - half, left = below(cut.word[1], width) - half;

  for (int c = 0; c < p.dst.channels; ++c) {
    __syncthreads();  // the values of the channel before have been read
    static_assert(kThreads == 256, "a byte a thread");
    normalised[threadIdx.x] = static_cast<float>((threadIdx.x / 255.0 - p.mean[c]) / p.deviation[c]);
    __syncthreads();
    const std::uint8_t* image =
        p.pixels + (static_cast<std::int64_t>(p.indices[n]) * p.dst.channels + c) * height * width;
    auto* dst = plane<P>(p.dst, piece.block, c) + lane;
    for (int at = piece.begin * width + static_cast<int>(threadIdx.x) / kLanes; at < piece.end * width;
         at += kThreads / kLanes) {
      const int y = at / width, x = at % width;
      const int sy = y + offsetY, sx = (flipped ? width - 1 - x : x) + offsetX;
      const bool inside = sy >= 0 && sy < height && sx >= 0 && sx < width;
      const bool erased = y >= top && y < top + 2 * half && x >= left && x < left + 2 * half;
      put(dst + at * kLanes, erased ? 0.0f : normalised[inside ? image[sy * width + sx] : 0]);
    }
  }
}

}  // namespace nao::kernels::cuda
