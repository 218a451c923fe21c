// average: an exponential moving average of parameters and buffers. Ranges of them.
#pragma once

#include "kernels/families/gradient_norm.h"
#include "kernels/families/over_ranges.h"

namespace nao::kernels {

/// average = average + rate * (value - average)
struct Average : OverRanges {
  static constexpr const char* kName = "average";

  const float* value = nullptr;
  float* average = nullptr;    // updated
  float rate = 0;              // 1 - decay
  const Clip* clip = nullptr;  // optional: nothing is changed unless it is finite
};

}  // namespace nao::kernels
