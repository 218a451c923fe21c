// reduce_gradient: adds the slots in which the items of a backward kernel left their gradients of a weight. One item.
#pragma once

#include "kernels/operands.h"

namespace nao::kernels {

/// gradient[r * rowStride + c] += sum over slots, in order, of partial[slot * slotStride + r * cols + c]
struct ReduceGradient {
  static constexpr const char* kName = "reduce_gradient";

  int slots = 0;
  const float* partial = nullptr;  // rows * cols of each slot
  int rows = 0;
  int cols = 0;
  float* gradient = nullptr;  // rows apart by rowStride, accumulated
  std::int64_t rowStride = 0;
  std::int64_t slotStride = 0;  // optional: rows * cols

  constexpr std::int64_t slotFloats() const {
    return slotStride != 0 ? slotStride : static_cast<std::int64_t>(rows) * cols;
  }

  template <class Packer>
  void relocate(Packer&) {}
  template <class Visit>
  void eachSums(Visit&&) const {}
};

}  // namespace nao::kernels
