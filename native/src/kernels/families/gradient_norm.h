// gradient_norm: the norm of all gradients of a step, and what follows from it: their clip, and whether the step
// counts.
#pragma once

#include "kernels/families/over_ranges.h"

namespace nao::kernels {

/// The sums of squares of ranges of gradients.
struct SumOfSquares : OverRanges {
  static constexpr const char* kName = "sum_of_squares";

  const float* x = nullptr;
  double* sums = nullptr;  // [rangeCount] out
};

/// Whether a step may change the weights, and by which factor of its gradients.
struct Clip {
  double norm = 0;          // of all gradients
  float scale = 1;          // clipNorm / (norm + 1e-6) where the norm is larger than clipNorm, otherwise 1
  std::int32_t finite = 1;  // 0: the norm or a loss is not finite
};

/// Makes a step's clip. One item.
struct GradientClip {
  static constexpr const char* kName = "gradient_clip";

  int slots = 0;
  const double* squares = nullptr;  // [slots], of SumOfSquares
  int lossSlots = 0;
  const double* lossSums = nullptr;  // [lossSlots]; looked at only for being finite
  float clipNorm = 0;                // 0: no clip
  const Clip* before = nullptr;      // of the step before: where that is not finite, this is not; optional
  Clip* clip = nullptr;              // out

  template <class Packer>
  void relocate(Packer&) {}
  template <class Visit>
  void eachSums(Visit&&) const {}
};

}  // namespace nao::kernels
