#include "kernels/ref/augment.h"

#include "kernels/philox.h"
#include "kernels/ref/access.h"

namespace nao::kernels::ref {

std::int64_t scratchFloats(const Augment&) { return 0; }

void run(const Augment& p, int block, float*) {
  const int height = p.dst.height, width = p.dst.width;
  for (int n = firstImage(block); n < endImage(p.images, block); ++n) {
    const PhiloxWords crop = philox(p.seed, p.step, static_cast<std::uint32_t>(n), kSiteCrop);
    const PhiloxWords cut = philox(p.seed, p.step, static_cast<std::uint32_t>(n), kSiteCutout);
    const int offsetY = below(crop.word[0], 2 * p.cropPadding + 1) - p.cropPadding;
    const int offsetX = below(crop.word[1], 2 * p.cropPadding + 1) - p.cropPadding;
    const bool flipped = p.flip && (crop.word[2] >> 31) != 0;
    const int centreY = below(cut.word[0], height), centreX = below(cut.word[1], width);
    const int half = p.cutout / 2;
    for (int c = 0; c < p.dst.channels; ++c) {
      const std::uint8_t* image =
          p.pixels + (static_cast<std::int64_t>(p.indices[n]) * p.dst.channels + c) * height * width;
      for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) {
          const int sy = y + offsetY, sx = (flipped ? width - 1 - x : x) + offsetX;
          const int byte = inside(p.dst, sy, sx) ? image[sy * width + sx] : 0;
          const bool erased = y >= centreY - half && y < centreY + half && x >= centreX - half && x < centreX + half;
          const double value = (byte / 255.0 - p.mean[c]) / p.deviation[c];
          p.dst.at(n, c, y, x) = erased ? 0.0f : static_cast<float>(value);
        }
    }
  }
}

}  // namespace nao::kernels::ref
