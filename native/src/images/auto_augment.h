// AutoAugment's policy for CIFAR-10 (Cubuk, Zoph, Mane, Vasudevan and Le 2019, "AutoAugment: Learning Augmentation
// Strategies from Data", table 7).
#pragma once

#include <array>
#include <cstdint>

#include "images/image.h"

namespace nao::images {

enum class Operation {
  ShearX,
  ShearY,
  TranslateX,
  TranslateY,
  Rotate,
  AutoContrast,
  Invert,
  Equalize,
  Solarize,
  Posterize,
  Contrast,
  Color,
  Brightness,
  Sharpness
};

/// An operation is done with probability tenths / 10. Its magnitude, 0 to 9, goes evenly over the operation's range.
struct Chance {
  Operation operation;
  int tenths;
  int magnitude;
};
struct SubPolicy {
  Chance first, second;
};

/// The 25 sub-policies, in the order of the paper's table.
const std::array<SubPolicy, 25>& cifar10Policy();

/// Does an operation. Ranges, from magnitude 0 to 9: shear 0 to 0.3, translation 0 to 150 / 331 of the side, rotation 0
/// to 30 degrees, each in the other direction where `reversed`; solarize threshold 256 to 0; 8 to 4 bits; factors of
/// contrast, colour, brightness and sharpness 0.1 to 1.9. Others have no magnitude.
void apply(Operation operation, int magnitude, bool reversed, Image& image);

/// Does one of the sub-policies, each as likely. Seed, step and the image's position in the step alone decide which
/// one, whether its operations are done, and their directions.
void autoAugment(Image& image, std::uint64_t seed, std::uint64_t step, std::uint32_t position);

}  // namespace nao::images
