#include "images/auto_augment.h"

#include <cmath>

#include "images/operations.h"
#include "kernels/philox.h"

namespace nao::images {
namespace {

constexpr int kLargest = 9;  // magnitude

double share(int magnitude) { return static_cast<double>(magnitude) / kLargest; }

int rounded(double value) { return static_cast<int>(std::floor(value + 0.5)); }

int translation(int side, double of) { return rounded(of * 150 / 331 * side); }

void maybe(const Chance& chance, std::uint32_t word, bool reversed, Image& image) {
  if (kernels::below(word, 10) < chance.tenths) apply(chance.operation, chance.magnitude, reversed, image);
}

}  // namespace

const std::array<SubPolicy, 25>& cifar10Policy() {
  using O = Operation;
  static constexpr std::array<SubPolicy, 25> policy = {{
      {{O::Invert, 1, 7}, {O::Contrast, 2, 6}},         {{O::Rotate, 7, 2}, {O::TranslateX, 3, 9}},
      {{O::Sharpness, 8, 1}, {O::Sharpness, 9, 3}},     {{O::ShearY, 5, 8}, {O::TranslateY, 7, 9}},
      {{O::AutoContrast, 5, 8}, {O::Equalize, 9, 2}},   {{O::ShearY, 2, 7}, {O::Posterize, 3, 7}},
      {{O::Color, 4, 3}, {O::Brightness, 6, 7}},        {{O::Sharpness, 3, 9}, {O::Brightness, 7, 9}},
      {{O::Equalize, 6, 5}, {O::Equalize, 5, 1}},       {{O::Contrast, 6, 7}, {O::Sharpness, 6, 5}},
      {{O::Color, 7, 7}, {O::TranslateX, 5, 8}},        {{O::Equalize, 3, 7}, {O::AutoContrast, 4, 8}},
      {{O::TranslateY, 4, 3}, {O::Sharpness, 2, 6}},    {{O::Brightness, 9, 6}, {O::Color, 2, 8}},
      {{O::Solarize, 5, 2}, {O::Invert, 0, 3}},         {{O::Equalize, 2, 0}, {O::AutoContrast, 6, 0}},
      {{O::Equalize, 2, 8}, {O::Equalize, 6, 4}},       {{O::Color, 9, 9}, {O::Equalize, 6, 6}},
      {{O::AutoContrast, 8, 4}, {O::Solarize, 2, 8}},   {{O::Brightness, 1, 3}, {O::Color, 7, 0}},
      {{O::Solarize, 4, 5}, {O::AutoContrast, 9, 3}},   {{O::TranslateY, 9, 9}, {O::TranslateY, 7, 9}},
      {{O::AutoContrast, 9, 2}, {O::Solarize, 8, 3}},   {{O::Equalize, 8, 8}, {O::Invert, 1, 3}},
      {{O::TranslateY, 7, 9}, {O::AutoContrast, 9, 1}},
  }};
  return policy;
}

void apply(Operation operation, int magnitude, bool reversed, Image& image) {
  const double of = share(magnitude), signedOf = reversed ? -of : of;
  const auto factor = static_cast<float>(0.1 + 1.8 * of);
  switch (operation) {
    case Operation::ShearX:
      return shearX(image, 0.3 * signedOf);
    case Operation::ShearY:
      return shearY(image, 0.3 * signedOf);
    case Operation::TranslateX:
      return translateX(image, (reversed ? -1 : 1) * translation(image.width, of));
    case Operation::TranslateY:
      return translateY(image, (reversed ? -1 : 1) * translation(image.height, of));
    case Operation::Rotate:
      return rotate(image, 30 * signedOf);
    case Operation::AutoContrast:
      return autoContrast(image);
    case Operation::Invert:
      return invert(image);
    case Operation::Equalize:
      return equalize(image);
    case Operation::Solarize:
      return solarize(image, 256 - rounded(256 * of));
    case Operation::Posterize:
      return posterize(image, 8 - rounded(4 * of));
    case Operation::Contrast:
      return contrast(image, factor);
    case Operation::Color:
      return color(image, factor);
    case Operation::Brightness:
      return brightness(image, factor);
    case Operation::Sharpness:
      return sharpness(image, factor);
  }
}

void autoAugment(Image& image, std::uint64_t seed, std::uint64_t step, std::uint32_t position) {
  const kernels::PhiloxWords words = kernels::philox(seed, step, position, kernels::kSitePolicy);
  const std::array<SubPolicy, 25>& policy = cifar10Policy();
  const SubPolicy& chosen =
      policy[static_cast<std::size_t>(kernels::below(words.word[0], static_cast<int>(policy.size())))];
  maybe(chosen.first, words.word[1], (words.word[3] & 1) != 0, image);
  maybe(chosen.second, words.word[2], (words.word[3] & 2) != 0, image);
}

}  // namespace nao::images
