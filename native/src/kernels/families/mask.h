// mask: draws the random masks of drop-path and dropout. One item.
#pragma once

#include "kernels/operands.h"

namespace nao::kernels {

/// dst[n][i] = 1 / keep with probability keep, otherwise 0; 0 for the images that fill up the last block. Random
/// numbers are philox.h's, with key = seed and counter = (step, first * width + index in dst, kSiteProgram + site).
struct MaskDraw {
  static constexpr const char* kName = "mask";

  int images = 0;
  int width = 1;  // numbers of an image
  float keep = 1;
  std::uint64_t seed = 0;
  std::uint64_t step = 0;
  std::uint32_t site = 0;
  float* dst = nullptr;  // [images, rounded up to a multiple of 16][width]
  int first = 0;         // position of image 0 in the step

  template <class Packer>
  void relocate(Packer&) {}
  template <class Visit>
  void eachSums(Visit&&) const {}
};

}  // namespace nao::kernels
