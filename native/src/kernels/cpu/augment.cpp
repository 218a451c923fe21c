// Bytes become floats through a table of 256 values per channel; a row of 16 images is written while it lies in L1.
#include "kernels/cpu/augment.h"

#include <algorithm>
#include <cmath>

#include "kernels/cpu/lanes.h"
#include "kernels/philox.h"

namespace nao::kernels::NAO_ISA {
namespace {

constexpr int kBytes = 256;

/// What was drawn for one image.
struct Draw {
  int offsetY = 0, offsetX = 0;  // from the output's pixel to the source's, before flipping
  bool flipped = false;
  int cutTop = 0, cutBottom = 0, cutLeft = 0, cutRight = 0;  // half open, clipped to the image
};

Draw drawFor(const Augment& p, int position) {
  Draw draw;
  if (p.cropPadding > 0 || p.flip) {
    const PhiloxWords words = philox(p.seed, p.step, static_cast<std::uint32_t>(position), kSiteCrop);
    draw.offsetY = below(words.word[0], 2 * p.cropPadding + 1) - p.cropPadding;
    draw.offsetX = below(words.word[1], 2 * p.cropPadding + 1) - p.cropPadding;
    draw.flipped = p.flip && (words.word[2] >> 31) != 0;
  }
  if (p.cutout > 0) {
    const PhiloxWords words = philox(p.seed, p.step, static_cast<std::uint32_t>(position), kSiteCutout);
    const int height = p.dst.height, width = p.dst.width, half = p.cutout / 2;
    const int y = below(words.word[0], height), x = below(words.word[1], width);
    draw.cutTop = std::max(y - half, 0);
    draw.cutBottom = std::min(y + half, height);
    draw.cutLeft = std::max(x - half, 0);
    draw.cutRight = std::min(x + half, width);
  }
  return draw;
}

/// A value of the image that is there before, mixed with another.
inline void mix(float share, float value, float& mixed) { mixed = std::fma(share, value - mixed, mixed); }

/// One row of one image; dst is its first pixel, pixels lie kLanes floats apart. Mixed: into what dst holds.
template <bool kMixed>
void writeRow(const Draw& draw, const std::uint8_t* image, int height, int width, int y, const float* table,
              float share, float* dst) {
  const int sy = y + draw.offsetY;
  const bool rowInside = sy >= 0 && sy < height;
  const std::uint8_t* row = image + (rowInside ? sy : 0) * width;
  const int step = draw.flipped ? -1 : 1;
  int sx = (draw.flipped ? width - 1 : 0) + draw.offsetX;
  const bool cut = y >= draw.cutTop && y < draw.cutBottom;
  for (int x = 0; x < width; ++x, sx += step) {
    const float value = table[rowInside && sx >= 0 && sx < width ? row[sx] : 0];
    if constexpr (kMixed)
      mix(share, cut && x >= draw.cutLeft && x < draw.cutRight ? 0 : value, dst[x * kLanes]);
    else
      dst[x * kLanes] = value;
  }
  if (!kMixed && cut)
    for (int x = draw.cutLeft; x < draw.cutRight; ++x) dst[x * kLanes] = 0;
}

}  // namespace

std::int64_t scratchFloats(const Augment&) { return kBytes; }

void run(const Augment& p, int block, float* scratch) {
  const int lanes = lanesInBlock(p.images, block), height = p.dst.height, width = p.dst.width;
  const int channels = p.dst.channels;
  Draw draws[kLanes], partners[kLanes];
  for (int l = 0; l < lanes; ++l) {
    const int position = p.first + block * kLanes + l;
    draws[l] = drawFor(p, position);
    if (p.partners != nullptr) partners[l] = drawFor(p, p.stepImages - 1 - position);
  }
  for (int c = 0; c < channels; ++c) {
    float* table = scratch;
    for (int byte = 0; byte < kBytes; ++byte)
      table[byte] = static_cast<float>((byte / 255.0 - p.mean[c]) / p.deviation[c]);
    float* plane = p.dst.plane(block, c);
    for (int y = 0; y < height; ++y) {
      float* row = plane + static_cast<std::int64_t>(y) * width * kLanes;
      if (lanes < kLanes) std::fill_n(row, width * kLanes, 0.0f);
      const auto planeOf = [&](std::int64_t index) { return p.pixels + (index * channels + c) * height * width; };
      for (int l = 0; l < lanes; ++l) {
        const int n = block * kLanes + l;
        if (p.partners == nullptr) {
          writeRow<false>(draws[l], planeOf(p.indices[n]), height, width, y, table, 1, row + l);
        } else {
          writeRow<false>(partners[l], planeOf(p.partners[n]), height, width, y, table, 1, row + l);
          writeRow<true>(draws[l], planeOf(p.indices[n]), height, width, y, table, p.share, row + l);
        }
      }
    }
  }
}

}  // namespace nao::kernels::NAO_ISA
