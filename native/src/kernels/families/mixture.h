// mixture: the weights of weighted sums, a softmax of architecture parameters. One item.
#pragma once

#include "kernels/operands.h"

namespace nao::kernels {

/// weights[r][c] = exp(logits[r][c]) / sum over columns k of exp(logits[r][k])
struct Mixture {
  static constexpr const char* kName = "mixture";

  int rows = 0;
  int columns = 0;
  const float* logits = nullptr;  // [rows][columns]
  float* weights = nullptr;       // [rows][columns] out

  template <class Packer>
  void relocate(Packer&) {}
  template <class Visit>
  void eachSums(Visit&&) const {}
};

/// One term of a weighted sum whose gradient is g. The derivative by its weight follows from sums over images and
/// pixels that are there already, s1 of g and s2 of g * x:
///
///     d loss / d weight = sum over channels c of scale[c] * s2[c] + shift[c] * s1[c]
struct MixtureTerm {
  const double* sums = nullptr;  // [slots][2][channels], of g and of g * x
  int channels = 0;
  const float* scale = nullptr;  // [channels], of the term's source; optional: scale 1, shift 0
  const float* shift = nullptr;  // [channels]; given with scale
  int element = 0;               // the weight, row * columns + column
};

/// Adds what the terms of one weighted sum contribute to the gradient of the logits. With w the weights of a row,
/// d w[k] / d logits[c] = w[c] * ((c == k) - w[k]).
struct MixtureBackward {
  static constexpr const char* kName = "mixture_backward";

  Mixture forward;
  int slots = 0;                       // of every term's sums
  const MixtureTerm* terms = nullptr;  // [termCount], memory of the host
  int termCount = 0;
  float* gradient = nullptr;  // [rows][columns], accumulated

  template <class Packer>
  void relocate(Packer& packer) {
    terms = packer.put(terms, termCount);
  }
  template <class Visit>
  void eachSums(Visit&&) const {}
};

}  // namespace nao::kernels
