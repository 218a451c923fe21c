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

/// One image of the data set, changed by the numbers of its position.
struct ChangedImage {
  const std::uint8_t* image;
  int height, width, offsetY, offsetX, top, left, side;
  bool flipped;

  __device__ ChangedImage(const Augment& p, std::int64_t index, int position)
      : image(p.pixels + index * p.dst.channels * p.dst.height * p.dst.width),
        height(p.dst.height),
        width(p.dst.width),
        side(p.cutout / 2 * 2) {
    const PhiloxWords crop = philox(p.seed, p.step, static_cast<std::uint32_t>(position), kSiteCrop);
    const PhiloxWords cut = philox(p.seed, p.step, static_cast<std::uint32_t>(position), kSiteCutout);
    offsetY = below(crop.word[0], 2 * p.cropPadding + 1) - p.cropPadding;
    offsetX = below(crop.word[1], 2 * p.cropPadding + 1) - p.cropPadding;
    flipped = p.flip && (crop.word[2] >> 31) != 0;
    top = below(cut.word[0], height) - side / 2;
    left = below(cut.word[1], width) - side / 2;
  }
  /// A byte, or -1 where it was erased.
  __device__ int at(int channel, int y, int x) const {
    if (y >= top && y < top + side && x >= left && x < left + side) return -1;
    const int sy = y + offsetY, sx = (flipped ? width - 1 - x : x) + offsetX;
    return sy >= 0 && sy < height && sx >= 0 && sx < width ? image[(channel * height + sy) * width + sx] : 0;
  }
};

template <class P, bool kMixed>
__device__ inline void augment(const Augment& p, const float* normalised, const Piece& piece) {
  const Tensor dst = p.dst;
  const int width = dst.width, laneMask = piece.lanes - 1;
  const int laneShift = piece.lanes == 16 ? 4 : piece.lanes == 8 ? 3 : 2;
  const int lane = piece.lane + (static_cast<int>(threadIdx.x) & laneMask);
  // Lanes beyond the images repeat the last one.
  const int n = piece.block * kLanes + min(lane, lanesInBlock(p.images, piece.block) - 1);
  const int position = p.first + n;
  const ChangedImage own(p, p.indices[n], position);
  const ChangedImage partner(p, kMixed ? p.partners[n] : p.indices[n], kMixed ? p.stepImages - 1 - position : position);
  const auto valueOf = [&](int channel, int byte) { return byte < 0 ? 0.0f : normalised[channel * 256 + byte]; };

  constexpr int kTogether = 4;  // bytes read before the first value is left
  for (ItemWalk walk(piece.rows(), width * piece.lanes); walk.channel < dst.channels;) {
    int byte[kTogether], other[kTogether], at[kTogether], channel[kTogether];
#pragma unroll
    for (int i = 0; i < kTogether; ++i, walk.next()) {
      channel[i] = walk.channel;
      const int y = piece.begin + walk.row, x = walk.part >> laneShift;
      at[i] = (y * width + x) * kLanes + lane;
      byte[i] = other[i] = -1;
      if (channel[i] >= dst.channels) continue;
      byte[i] = own.at(channel[i], y, x);
      if constexpr (kMixed) other[i] = partner.at(channel[i], y, x);
    }
#pragma unroll
    for (int i = 0; i < kTogether; ++i) {
      if (channel[i] >= dst.channels) continue;
      float value = valueOf(channel[i], byte[i]);
      if constexpr (kMixed) {
        const float y = valueOf(channel[i], other[i]);
        value = fmaf(p.share, value - y, y);
      }
      put(plane<P>(dst, piece.block, channel[i]) + at[i], value);
    }
  }
}

template <class P>
__device__ inline void augment(const Augment& p, int item) {
  DYNAMIC_SHARED(float, normalised);  // [channels][256]: divisions in double, exactly those of ref
  static_assert(kThreads == 256, "a byte a thread");
  const int byte = static_cast<int>(threadIdx.x);
  for (int c = 0; c < p.dst.channels; ++c)
    normalised[c * 256 + byte] = static_cast<float>((byte / 255.0 - p.mean[c]) / p.deviation[c]);
  __syncthreads();

  const Piece piece(item, p.pieces, p.dst.height);
  if (piece.rows() == 0) return;
  if (p.partners == nullptr)
    augment<P, false>(p, normalised, piece);
  else
    augment<P, true>(p, normalised, piece);
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
