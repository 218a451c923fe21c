// augment: images of the data set that lies in the device's memory -> normalised, randomly changed input.
#pragma once

#include "kernels/operands.h"

namespace nao::kernels {

/// Image n of the batch is image indices[n] of the data set, padded by zeros, cropped at random, flipped with
/// probability 1/2, normalised as (pixel / 255 - mean[c]) / deviation[c], and with a random square of it set to 0
/// (DeVries and Taylor 2017, cutout). Random numbers are philox.h's, with key = seed and counter = (step, position,
/// site), where image n has position first + n in its step.
///
/// With partners the result is share * x + (1 - share) * y, where x is that image and y image partners[n] of the data
/// set, changed likewise with the numbers of position stepImages - 1 - (first + n) (Zhang et al. 2018, mixup).
struct Augment {
  static constexpr const char* kName = "augment";

  int images = 0;
  const std::uint8_t* pixels = nullptr;   // [images of the data set][channels][height][width]
  const std::int32_t* indices = nullptr;  // [images], memory of the host
  const float* mean = nullptr;            // [channels], in units of 0..1
  const float* deviation = nullptr;       // [channels], in units of 0..1
  int cropPadding = 0;                    // pixels on every side; 0: no crop
  bool flip = false;                      // left to right
  int cutout = 0;                         // side of the square in pixels; 0: none
  std::uint64_t seed = 0;
  std::uint64_t step = 0;
  Tensor dst;
  int pieces = 1;
  int first = 0;
  int stepImages = 0;                      // with partners
  const std::int32_t* partners = nullptr;  // [images], memory of the host; optional: no mixture
  float share = 1;

  template <class Packer>
  void relocate(Packer& packer) {
    indices = packer.put(indices, images);
    if (partners != nullptr) partners = packer.put(partners, images);
  }
  template <class Visit>
  void eachSums(Visit&&) const {}
};

}  // namespace nao::kernels
