// batch_norm: batch normalisation (Ioffe and Szegedy 2015) without touching a value. The forward turns sums into the
// scale and shift by which consumers read, the backward turns sums of gradients into the coefficients of Upstream. One
// item.
#pragma once

#include "kernels/operands.h"

namespace nao::kernels {

/// Statistics of `count` values a channel, from their sums or the running ones, and from those scale and shift.
struct BatchNorm {
  static constexpr const char* kName = "batch_norm";

  int slots = 0;
  int channels = 0;
  double count = 0;                  // images * height * width
  const double* sums = nullptr;      // [slots][2][channels], of y and of y * y; not read with useRunning
  const float* gamma = nullptr;      // [channels]; optional: 1
  const float* beta = nullptr;       // [channels]; optional: 0
  float* runningMean = nullptr;      // [channels]; optional
  float* runningVariance = nullptr;  // [channels]; optional; unbiased
  bool useRunning = false;           // normalises by the running statistics in place of the batch's
  bool updateRunning = false;        // running = (1 - momentum) * running + momentum * the batch's
  float epsilon = 1e-5f;
  float momentum = 0.1f;
  float* scale = nullptr;    // [channels] out: gamma / sqrt(variance + epsilon)
  float* shift = nullptr;    // [channels] out: beta - mean * scale
  float* mean = nullptr;     // [channels] out
  float* inverse = nullptr;  // [channels] out: 1 / sqrt(variance + epsilon)

  template <class Packer>
  void relocate(Packer&) {}
  template <class Visit>
  void eachSums(Visit&&) const {}
};

/// With s1 the sum of g, s2 the sum of g * (y - mean) * inverse, both over count values (Ioffe and Szegedy 2015,
/// section 3):
///
///     dy = scale * (g - s1 / count - (y - mean) * inverse * s2 / count),   d gamma = s2,   d beta = s1
///
/// as coefficients of g, of y, and constants.
struct BatchNormBackward {
  static constexpr const char* kName = "batch_norm_backward";

  int slots = 0;
  int channels = 0;
  double count = 0;                // as in the forward
  const double* sums = nullptr;    // [slots][2][channels], of g and of g * y
  const float* weight = nullptr;   // one number that g is to be multiplied by, also in the sums; optional: 1
  const float* scale = nullptr;    // [channels], these three as the forward left them
  const float* mean = nullptr;     // [channels]
  const float* inverse = nullptr;  // [channels]
  float* coefficients = nullptr;   // [3][channels] out, see Upstream
  float* gammaGradient = nullptr;  // [channels], accumulated; optional
  float* betaGradient = nullptr;   // [channels], accumulated; optional

  template <class Packer>
  void relocate(Packer&) {}
  template <class Visit>
  void eachSums(Visit&&) const {}
};

}  // namespace nao::kernels
