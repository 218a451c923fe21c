// sgd: stochastic gradient descent with momentum and weight decay, as PyTorch's SGD. One contiguous range of
// parameters; one item.
#pragma once

#include "kernels/families/gradient_norm.h"

namespace nao::kernels {

///     d     = clipScale * gradient + weightDecay * value
///     m     = momentum * m + d
///     value = value - learningRate * (nesterov ? d + momentum * m : m)
///
/// movingOnly: a value whose m is 0 stays as it is. No step has moved such a value yet: a step leaves an m of 0 only
/// where the value is 0, too, or by a rare coincidence.
struct Sgd {
  static constexpr const char* kName = "sgd";

  std::int64_t count = 0;
  float* value = nullptr;           // [count], updated
  float* momentumBuffer = nullptr;  // [count], m, updated
  const float* gradient = nullptr;  // [count]; optional: 0, for parameters that only decay
  float clipScale = 1;
  const Clip* clip = nullptr;  // optional: its scale replaces clipScale, and nothing is changed unless it is finite
  float learningRate = 0;
  float momentum = 0;
  float weightDecay = 0;
  bool nesterov = false;
  bool movingOnly = false;  // only without a gradient

  template <class Packer>
  void relocate(Packer&) {}
  template <class Visit>
  void eachSums(Visit&&) const {}
};

}  // namespace nao::kernels
