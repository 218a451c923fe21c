// sgd: stochastic gradient descent with momentum and weight decay, as PyTorch's SGD, of ranges of parameters.
#pragma once

#include "kernels/families/gradient_norm.h"
#include "kernels/families/over_ranges.h"

namespace nao::kernels {

///     d     = clipScale * gradient + weightDecay * value
///     m     = momentum * m + d
///     value = value - learningRate * (nesterov ? d + momentum * m : m)
///
/// movingOnly: a value whose m is 0 stays as it is. No step has moved such a value yet: a step leaves an m of 0 only
/// where the value is 0, too, or by a rare coincidence.
struct Sgd : OverRanges {
  static constexpr const char* kName = "sgd";

  float* value = nullptr;           // updated
  float* momentumBuffer = nullptr;  // m, updated
  const float* gradient = nullptr;  // optional: 0, for parameters that only decay
  float clipScale = 1;
  const Clip* clip = nullptr;  // optional: its scale replaces clipScale, and nothing is changed unless it is finite
  float learningRate = 0;
  float momentum = 0;
  float weightDecay = 0;
  bool nesterov = false;
  bool movingOnly = false;  // only without a gradient
};

}  // namespace nao::kernels
