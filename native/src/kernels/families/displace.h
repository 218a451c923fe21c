// displace: parameters moved along a direction, or copied. One contiguous range of parameters; one item.
#pragma once

#include "kernels/operands.h"

namespace nao::kernels {

/// dst = base + step * direction, computed in double and rounded once.
struct Displace {
  static constexpr const char* kName = "displace";

  std::int64_t count = 0;
  const float* base = nullptr;       // [count]
  const float* direction = nullptr;  // [count]; optional: 0
  double step = 0;
  float* dst = nullptr;  // [count], overwritten; may be base or direction

  template <class Packer>
  void relocate(Packer&) {}
  template <class Visit>
  void eachSums(Visit&&) const {}
};

}  // namespace nao::kernels
