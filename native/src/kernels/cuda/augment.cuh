// Augmentation and normalisation of images: a thread per value, whose image stays the same.
#pragma once

#include "kernels/cuda/map_quads.cuh"
#include "kernels/cuda/on_device.cuh"
#include "kernels/philox.h"

namespace nao::kernels::cuda {

/// Bytes for every byte as a value of each channel.
constexpr std::size_t augmentBytes(const Augment& p) {
  return static_cast<std::size_t>(p.dst.channels) * 256 * sizeof(float);
}

template <class P>
__device__ inline void augment(const Augment& p, int item) {
  DYNAMIC_SHARED(float, normalised);  // [channels][256]: divisions in double, exactly those of ref
  static_assert(kThreads == 256, "a byte a thread");
  const Tensor dst = p.dst;
  const int byte = static_cast<int>(threadIdx.x);
  for (int c = 0; c < dst.channels; ++c)
    normalised[c * 256 + byte] = static_cast<float>((byte / 255.0 - p.mean[c]) / p.deviation[c]);
  __syncthreads();

  const Piece piece(item, p.pieces, dst.height);
  if (piece.rows() == 0) return;
  const int height = dst.height, width = dst.width, laneMask = piece.lanes - 1;
  const int laneShift = piece.lanes == 16 ? 4 : piece.lanes == 8 ? 3 : 2;
  const int lane = piece.lane + (byte & laneMask);
  // Lanes beyond the images repeat the last one.
  const int n = piece.block * kLanes + min(lane, lanesInBlock(p.images, piece.block) - 1);
  const PhiloxWords crop = philox(p.seed, p.step, static_cast<std::uint32_t>(n), kSiteCrop);
  const PhiloxWords cut = philox(p.seed, p.step, static_cast<std::uint32_t>(n), kSiteCutout);
  const int offsetY = below(crop.word[0], 2 * p.cropPadding + 1) - p.cropPadding;
  const int offsetX = below(crop.word[1], 2 * p.cropPadding + 1) - p.cropPadding;
  const bool flipped = p.flip && (crop.word[2] >> 31) != 0;
  const int half = p.cutout / 2;
  const int top = below(cut.word[0], height) - half, left = below(cut.word[1], width) - half;
  const std::int64_t perImage = static_cast<std::int64_t>(dst.channels) * height * width;
  const std::uint8_t* const image = p.pixels + p.indices[n] * perImage;

  constexpr int kTogether = 4;  // bytes read before the first value is left
  for (ItemWalk walk(piece.rows(), width * piece.lanes); walk.channel < dst.channels;) {
    int value[kTogether], at[kTogether], channel[kTogether];
#pragma unroll
    for (int i = 0; i < kTogether; ++i, walk.next()) {
      value[i] = -1;
      channel[i] = walk.channel;
      const int y = piece.begin + walk.row, x = walk.part >> laneShift;
      at[i] = (y * width + x) * kLanes + lane;
      const int sy = y + offsetY, sx = (flipped ? width - 1 - x : x) + offsetX;
      const bool inside = sy >= 0 && sy < height && sx >= 0 && sx < width;
      const bool erased = y >= top && y < top + 2 * half && x >= left && x < left + 2 * half;
      if (erased || channel[i] >= dst.channels) continue;
      value[i] = inside ? image[(channel[i] * height + sy) * width + sx] : 0;
    }
#pragma unroll
    for (int i = 0; i < kTogether; ++i) {
      if (channel[i] >= dst.channels) continue;
      put(plane<P>(dst, piece.block, channel[i]) + at[i],
          value[i] < 0 ? 0.0f : normalised[channel[i] * 256 + value[i]]);
    }
  }
}

template <>
struct OnDevice<Augment> : PiecesOfBlocks, NoProducts, WaitsFirst {
  static std::size_t sharedBytes(const Augment& p) { return augmentBytes(p); }
  template <class P>
  static __device__ void run(const Augment& p, int item) {
    augment<P>(p, item);
  }
};

}  // namespace nao::kernels::cuda
