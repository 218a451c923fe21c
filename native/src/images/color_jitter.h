// Random changes of colours.
#pragma once

#include <cstdint>

#include "images/image.h"

namespace nao::images {

/// How far colours change at most; 0: not at all.
struct ColorJitter {
  float brightness = 0, contrast = 0, saturation = 0;  // factors from 1 - this to 1 + this, never below 0
  float hue = 0;                                       // turns from -this to this, at most 1/2

  bool any() const { return brightness > 0 || contrast > 0 || saturation > 0 || hue > 0; }
};

/// Changes brightness, contrast, saturation and hue in random order. Seed, step and the image's position in the step
/// alone decide.
void jitterColors(Image& image, const ColorJitter& jitter, std::uint64_t seed, std::uint64_t step,
                  std::uint32_t position);

}  // namespace nao::images
