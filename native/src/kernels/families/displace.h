// displace: ranges of parameters moved along a direction, copied, or cleared.
#pragma once

#include "kernels/families/over_ranges.h"

namespace nao::kernels {

/// dst = base + step * direction, computed in double and rounded once.
struct Displace : OverRanges {
  static constexpr const char* kName = "displace";

  const float* base = nullptr;       // optional: 0
  const float* direction = nullptr;  // optional: 0
  double step = 0;
  float* dst = nullptr;  // overwritten; may be base or direction
};

}  // namespace nao::kernels
