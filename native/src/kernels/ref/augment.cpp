#include "kernels/ref/augment.h"

#include <cmath>

#include "kernels/philox.h"
#include "kernels/ref/access.h"

namespace nao::kernels::ref {

namespace {

/// One image of the data set, changed by the numbers of its position.
class Changed {
 public:
  Changed(const Augment& p, std::int32_t index, int position)
      : p_(p),
        image_(p.pixels + static_cast<std::int64_t>(index) * p.dst.channels * p.dst.height * p.dst.width),
        half_(p.cutout / 2) {
    const PhiloxWords crop = philox(p.seed, p.step, static_cast<std::uint32_t>(position), kSiteCrop);
    const PhiloxWords cut = philox(p.seed, p.step, static_cast<std::uint32_t>(position), kSiteCutout);
    offsetY_ = below(crop.word[0], 2 * p.cropPadding + 1) - p.cropPadding;
    offsetX_ = below(crop.word[1], 2 * p.cropPadding + 1) - p.cropPadding;
    flipped_ = p.flip && (crop.word[2] >> 31) != 0;
    centreY_ = below(cut.word[0], p.dst.height);
    centreX_ = below(cut.word[1], p.dst.width);
  }

  float at(int c, int y, int x) const {
    if (y >= centreY_ - half_ && y < centreY_ + half_ && x >= centreX_ - half_ && x < centreX_ + half_) return 0;
    const int height = p_.dst.height, width = p_.dst.width;
    const int sy = y + offsetY_, sx = (flipped_ ? width - 1 - x : x) + offsetX_;
    const int byte =
        inside(p_.dst, sy, sx) ? image_[static_cast<std::int64_t>(c) * height * width + sy * width + sx] : 0;
    return static_cast<float>((byte / 255.0 - p_.mean[c]) / p_.deviation[c]);
  }

 private:
  const Augment& p_;
  const std::uint8_t* image_;
  int half_, offsetY_, offsetX_, centreY_, centreX_;
  bool flipped_;
};

}  // namespace

std::int64_t scratchFloats(const Augment&) { return 0; }

void run(const Augment& p, int block, float*) {
  for (int n = firstImage(block); n < endImage(p.images, block); ++n) {
    const int position = p.first + n;
    const Changed own(p, p.indices[n], position);
    const bool mixed = p.partners != nullptr;
    const Changed partner(p, mixed ? p.partners[n] : p.indices[n], mixed ? p.stepImages - 1 - position : position);
    for (int c = 0; c < p.dst.channels; ++c)
      for (int y = 0; y < p.dst.height; ++y)
        for (int x = 0; x < p.dst.width; ++x) {
          const float value = own.at(c, y, x), other = mixed ? partner.at(c, y, x) : value;
          p.dst.at(n, c, y, x) = std::fma(p.share, value - other, other);
        }
  }
}

}  // namespace nao::kernels::ref
