#include "images/resized_crop.h"

#include <cmath>
#include <vector>

#include "kernels/philox.h"

namespace nao::images {
namespace {

constexpr int kAttempts = 10;
constexpr double kLeastArea = 0.08;
constexpr double kNarrowest = 3.0 / 4, kWidest = 4.0 / 3;

int rounded(double value) { return static_cast<int>(std::floor(value + 0.5)); }

/// The pixels that one pixel of a side is made of, and their weights, which add up to 1.
struct Taps {
  int first = 0;
  std::vector<float> weights;
};

std::vector<Taps> tapsOf(int first, int length, int size) {
  const double scale = static_cast<double>(length) / size, reach = std::max(scale, 1.0);
  std::vector<Taps> taps(static_cast<std::size_t>(size));
  for (int i = 0; i < size; ++i) {
    Taps& own = taps[static_cast<std::size_t>(i)];
    const double centre = (i + 0.5) * scale;
    const int from = std::max(static_cast<int>(std::ceil(centre - reach - 0.5)), 0);
    const int to = std::min(static_cast<int>(std::floor(centre + reach - 0.5)), length - 1);
    own.first = first + from;
    double sum = 0;
    std::vector<double> weights;
    for (int at = from; at <= to; ++at) {
      weights.push_back(std::max(0.0, 1 - std::fabs(at + 0.5 - centre) / reach));
      sum += weights.back();
    }
    for (const double weight : weights) own.weights.push_back(static_cast<float>(weight / sum));
  }
  return taps;
}

}  // namespace

Region randomRegion(int height, int width, std::uint64_t seed, std::uint64_t step, std::uint32_t position) {
  const double area = static_cast<double>(height) * width;
  for (std::uint32_t attempt = 0; attempt < kAttempts; ++attempt) {
    const kernels::PhiloxWords words =
        kernels::philox(seed, step, position * kAttempts + attempt, kernels::kSiteResizedCrop);
    const double part = area * (kLeastArea + (1 - kLeastArea) * static_cast<double>(kernels::uniform(words.word[0])));
    const double ratio =
        kNarrowest * std::pow(kWidest / kNarrowest, static_cast<double>(kernels::uniform(words.word[1])));
    Region region;
    region.width = rounded(std::sqrt(part * ratio));
    region.height = rounded(std::sqrt(part / ratio));
    if (region.width < 1 || region.width > width || region.height < 1 || region.height > height) continue;
    region.top = kernels::below(words.word[2], height - region.height + 1);
    region.left = kernels::below(words.word[3], width - region.width + 1);
    return region;
  }
  Region region;
  region.height = std::min(height, std::max(1, rounded(width / kNarrowest)));
  region.width = std::min(width, std::max(1, rounded(height * kWidest)));
  region.top = (height - region.height) / 2;
  region.left = (width - region.width) / 2;
  return region;
}

Region centralRegion(int height, int width) {
  const int side = std::max(1, rounded(std::min(height, width) * 7.0 / 8));
  return {(height - side) / 2, (width - side) / 2, side, side};
}

Image resized(const std::uint8_t* src, int channels, int height, int width, const Region& region, int size) {
  const std::vector<Taps> rows = tapsOf(region.top, region.height, size);
  const std::vector<Taps> columns = tapsOf(region.left, region.width, size);
  Image image(channels, size, size);
  std::vector<float> narrowed(static_cast<std::size_t>(region.height) * static_cast<std::size_t>(size));
  for (int c = 0; c < channels; ++c) {
    const std::uint8_t* const plane = src + static_cast<std::int64_t>(c) * height * width;
    float* to = narrowed.data();
    for (int y = region.top; y < region.top + region.height; ++y)
      for (const Taps& taps : columns) {
        const std::uint8_t* from = plane + static_cast<std::int64_t>(y) * width + taps.first;
        float sum = 0;
        for (const float weight : taps.weights) sum += weight * static_cast<float>(*from++);
        *to++ = sum;
      }
    std::uint8_t* dst = image.plane(c);
    for (const Taps& taps : rows)
      for (int x = 0; x < size; ++x) {
        const float* from = narrowed.data() + static_cast<std::int64_t>(taps.first - region.top) * size + x;
        float sum = 0;
        for (const float weight : taps.weights) {
          sum += weight * *from;
          from += size;
        }
        *dst++ = byteOf(sum);
      }
  }
  return image;
}

}  // namespace nao::images
