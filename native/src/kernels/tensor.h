// The one layout of feature maps and their gradients, on every device: 16 images side by side.
//
//   N images of a batch   b = n / 16 block   l = n % 16 lane   C channels   H, W height, width
//   element (n, c, y, x) lies at  b * blockStride + c * channelStride + (y * W + x) * 16 + l
//
// A pixel of 16 images is one line of 64 bytes: a register of AVX-512, two of AVX2, what half a warp of a GPU reads at
// once. Taps, strides and pools of any width need no shuffles and no padding columns, and whatever is summed over
// images stays apart for each lane until the very end: the lanes beyond the last image hold finite rubbish that is
// never summed. Channel planes are an odd number of lines apart, which keeps the planes of one pixel from falling into
// the same set of a CPU's cache.
#pragma once

#include <cstdint>

namespace nao::kernels {

constexpr int kLanes = 16;

/// Blocks of 16 images that hold `images`.
constexpr int blockCount(int images) { return (images + kLanes - 1) / kLanes; }

/// Images in block `block` of a batch of `images`: 16, or fewer in the last block.
constexpr int lanesInBlock(int images, int block) {
  return images - block * kLanes < kLanes ? images - block * kLanes : kLanes;
}

/// The first of `rows` rows that belong to `piece` of `pieces`; one past the last is the next piece's first.
constexpr int pieceBegin(int rows, int piece, int pieces) {
  return static_cast<int>(static_cast<std::int64_t>(rows) * piece / pieces);
}

/// Floats from one channel plane to the next.
constexpr std::int64_t planeStride(int height, int width) {
  return static_cast<std::int64_t>((height * width) | 1) * kLanes;
}

/// A stored value [blocks][channels][height * width][16], or a range of channels of one. Does not own its memory. On a
/// GPU its elements may be bfloat16: `data` is then their address, and strides count elements.
struct Tensor {
  float* data = nullptr;
  int channels = 0;
  int height = 0;
  int width = 0;
  std::int64_t channelStride = 0;  // floats
  std::int64_t blockStride = 0;    // floats

  constexpr float* plane(int block, int channel) const { return data + block * blockStride + channel * channelStride; }

  constexpr float& at(int image, int channel, int y, int x) const {
    return plane(image / kLanes, channel)[(static_cast<std::int64_t>(y) * width + x) * kLanes + image % kLanes];
  }
};

}  // namespace nao::kernels
