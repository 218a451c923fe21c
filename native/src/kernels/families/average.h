// average: an exponential moving average of parameters and buffers. One contiguous range of them; one item.
#pragma once

#include "kernels/families/gradient_norm.h"

namespace nao::kernels {

/// average = average + rate * (value - average)
struct Average {
  static constexpr const char* kName = "average";

  std::int64_t count = 0;
  const float* value = nullptr;  // [count]
  float* average = nullptr;      // [count], updated
  float rate = 0;                // 1 - decay
  const Clip* clip = nullptr;    // optional: nothing is changed unless it is finite

  template <class Packer>
  void relocate(Packer&) {}
  template <class Visit>
  void eachSums(Visit&&) const {}
};

}  // namespace nao::kernels
