#include "images/color_jitter.h"

#include <algorithm>
#include <array>
#include <utility>

#include "images/operations.h"
#include "kernels/philox.h"

namespace nao::images {
namespace {

/// Uniform from -reach to reach.
float within(float reach, std::uint32_t word) { return reach * (2 * kernels::uniform(word) - 1); }

float factorOf(float reach, std::uint32_t word) { return std::max(0.0f, 1 + within(reach, word)); }

}  // namespace

void jitterColors(Image& image, const ColorJitter& jitter, std::uint64_t seed, std::uint64_t step,
                  std::uint32_t position) {
  const kernels::PhiloxWords size = kernels::philox(seed, step, position, kernels::kSiteJitter);
  const kernels::PhiloxWords place = kernels::philox(seed, step, position, kernels::kSiteJitterOrder);
  std::array<int, 4> order = {0, 1, 2, 3};
  for (int i = 3; i > 0; --i)
    std::swap(order[static_cast<std::size_t>(i)],
              order[static_cast<std::size_t>(kernels::below(place.word[i], i + 1))]);
  for (const int change : order) {
    const std::uint32_t word = size.word[change];
    if (change == 0 && jitter.brightness > 0) brightness(image, factorOf(jitter.brightness, word));
    if (change == 1 && jitter.contrast > 0) contrast(image, factorOf(jitter.contrast, word));
    if (change == 2 && jitter.saturation > 0) color(image, factorOf(jitter.saturation, word));
    if (change == 3 && jitter.hue > 0) hue(image, within(jitter.hue, word));
  }
}

}  // namespace nao::images
