// Parts of images, resized to a square: random ones for training (Szegedy et al. 2015, "Going Deeper with
// Convolutions", section 6), the middle for evaluation.
#pragma once

#include <cstdint>

#include "images/image.h"

namespace nao::images {

/// A part of an image, in pixels.
struct Region {
  int top = 0, left = 0, height = 0, width = 0;
};

/// A part of 8 to 100 % of the image's area whose width is 3/4 to 4/3 of its height, on a logarithmic scale, at a
/// random place. Where ten draws do not fit into the image: its largest part in the middle that is not narrower or
/// wider. Seed, step and the image's position in the step alone decide.
Region randomRegion(int height, int width, std::uint64_t seed, std::uint64_t step, std::uint32_t position);

/// The square in the middle whose side is 7/8 of the image's shorter side, as 224 pixels are of 256.
Region centralRegion(int height, int width);

/// Makes size x size pixels of a part of `src`, [channels][height][width]. A pixel is the mean of those around its
/// place, weighted by a triangle that is two of its own pixels or two of the part's wide, whichever is more: bilinear
/// interpolation where the part is enlarged, and no aliasing where it is reduced.
Image resized(const std::uint8_t* src, int channels, int height, int width, const Region& region, int size);

}  // namespace nao::images
