// linear: the classifier, a fully connected layer whose inputs dropout may drop.
#pragma once

#include "kernels/operands.h"

namespace nao::kernels {

/// dst[n][o] = bias[o] + sum over i of weight[o][i] * mask[n][i] * features[n][i]
struct Linear {
  static constexpr const char* kName = "linear";

  int images = 0;
  int inputs = 0;
  int outputs = 0;
  const float* features = nullptr;  // [images][inputs]
  const float* mask = nullptr;      // [images][inputs]; optional: 1
  const float* weight = nullptr;    // [outputs][inputs]
  const float* bias = nullptr;      // [outputs]; optional: 0
  float* dst = nullptr;             // [images][outputs]

  template <class Packer>
  void relocate(Packer&) {}
  template <class Visit>
  void eachSums(Visit&&) const {}
};
struct LinearBackward {
  static constexpr const char* kName = "linear_backward";

  Linear forward;
  const float* ddst = nullptr;      // [images][outputs], d loss / d dst
  float* dfeatures = nullptr;       // [images][inputs], overwritten
  float* weightGradient = nullptr;  // [items][outputs * inputs], overwritten
  float* biasGradient = nullptr;    // [items][outputs], overwritten; optional

  template <class Packer>
  void relocate(Packer&) {}
  template <class Visit>
  void eachSums(Visit&&) const {}
};

}  // namespace nao::kernels
