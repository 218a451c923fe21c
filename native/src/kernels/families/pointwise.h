// pointwise: 1 x 1 convolution of one source, or of several as if their channels were concatenated.
#pragma once

#include "kernels/operands.h"

namespace nao::kernels {

/// A source and its columns of the weights.
struct PointwiseTerm {
  Source src;
  const float* weight = nullptr;  // [Cout][channels of src], rows apart by rowStride
  std::int64_t rowStride = 0;     // floats
  int offset = 0;                 // 0 or 1 pixel in both directions, where the sampling of src begins
};

/// With z of a term's source, 0 outside of it:
///
///     dst[co](y, x) = sum over terms, ci of
///                         weight[co * rowStride + ci] * z[ci](stride * y + offset, stride * x + offset)
struct Pointwise {
  static constexpr const char* kName = "pointwise";

  int images = 0;
  const PointwiseTerm* terms = nullptr;  // [termCount], memory of the host
  int termCount = 0;
  int stride = 1;  // 1 or 2
  Tensor dst;      // Cout channels
  Sums sums;       // of dst and its squares; optional
  int pieces = 1;

  template <class Packer>
  void relocate(Packer& packer) {
    terms = packer.put(terms, termCount);
  }
  template <class Visit>
  void eachSums(Visit&& visit) const {
    visit(sums);
  }
};

struct PointwiseTermGradient {
  SourceGradient dsrc;
  float* weightGradient = nullptr;  // [items][Cout * channels of the term], overwritten
};
struct PointwiseBackward {
  static constexpr const char* kName = "pointwise_backward";

  Pointwise forward;
  Upstream upstream;
  const PointwiseTermGradient* gradients = nullptr;  // [forward.termCount], memory of the host

  template <class Packer>
  void relocate(Packer& packer) {
    gradients = packer.put(gradients, forward.termCount);
    forward.relocate(packer);
  }
  template <class Visit>
  void eachSums(Visit&&) const {}
};

}  // namespace nao::kernels
