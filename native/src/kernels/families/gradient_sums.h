// gradient_sums: what the backward of batch normalisations needs of a finished gradient.
#pragma once

#include "kernels/operands.h"

namespace nao::kernels {

struct GradientSumsTerm {
  Tensor y;                     // as large as g
  const float* mask = nullptr;  // [images, rounded up to a multiple of 16]; optional: 1
  Sums sums;                    // of mask[n] * g and of mask[n] * g * y
};

/// The sums of several y that share the gradient g.
struct GradientSums {
  static constexpr const char* kName = "gradient_sums";

  int images = 0;
  Tensor g;
  const GradientSumsTerm* terms = nullptr;  // [termCount], memory of the host
  int termCount = 0;
  int pieces = 1;

  template <class Packer>
  void relocate(Packer& packer) {
    terms = packer.put(terms, termCount);
  }
  template <class Visit>
  void eachSums(Visit&& visit) const {
    for (int i = 0; i < termCount; ++i) visit(terms[i].sums);
  }
};

}  // namespace nao::kernels
