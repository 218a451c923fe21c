// weighted_sum: a mixed operation, the sum of candidates by the weights of a mixture (Liu, Simonyan and Yang 2019,
// "DARTS: Differentiable Architecture Search", equation 2).
#pragma once

#include "kernels/operands.h"

namespace nao::kernels {

struct WeightedTerm {
  Source src;                     // without ReLU
  const float* weight = nullptr;  // one number
};

/// dst = sum over terms of weight * z.
struct WeightedSum {
  static constexpr const char* kName = "weighted_sum";

  int images = 0;
  const WeightedTerm* terms = nullptr;  // [termCount], memory of the host
  int termCount = 0;
  Tensor dst;
  int pieces = 1;

  template <class Packer>
  void relocate(Packer& packer) {
    terms = packer.put(terms, termCount);
  }
  template <class Visit>
  void eachSums(Visit&&) const {}
};

/// The gradient of term i is weight * g; terms whose gradient is not wanted are skipped. The gradients of the weights
/// are MixtureBackward's.
struct WeightedSumBackward {
  static constexpr const char* kName = "weighted_sum_backward";

  WeightedSum forward;
  Tensor g;                                   // d loss / d dst
  const SourceGradient* gradients = nullptr;  // [forward.termCount], memory of the host

  template <class Packer>
  void relocate(Packer& packer) {
    gradients = packer.put(gradients, forward.termCount);
    forward.relocate(packer);
  }
  template <class Visit>
  void eachSums(Visit&&) const {}
};

}  // namespace nao::kernels
