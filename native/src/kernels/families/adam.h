// adam: Adam (Kingma and Ba 2015) with an L2 penalty, as PyTorch's, of ranges of parameters.
#pragma once

#include "kernels/families/gradient_norm.h"
#include "kernels/families/over_ranges.h"

namespace nao::kernels {

///     g      = clip's scale * gradient + weightDecay * value
///     first  = beta1 * first + (1 - beta1) * g
///     second = beta2 * second + (1 - beta2) * g * g
///     value  = value - rate * first / (sqrt(second) / rootOfCorrection + epsilon)
///
/// rate is the learning rate over 1 - beta1^t, rootOfCorrection the square root of 1 - beta2^t.
struct Adam : OverRanges {
  static constexpr const char* kName = "adam";

  float* value = nullptr;   // updated
  float* first = nullptr;   // updated
  float* second = nullptr;  // updated
  const float* gradient = nullptr;
  const Clip* clip = nullptr;  // nothing is changed unless it is finite
  float rate = 0;
  float rootOfCorrection = 1;
  float beta1 = 0;
  float beta2 = 0;
  float epsilon = 0;
  float weightDecay = 0;
};

}  // namespace nao::kernels
