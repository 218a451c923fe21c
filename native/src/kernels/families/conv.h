// conv: dense k x k convolution, of stems and of the auxiliary head.
#pragma once

#include "kernels/operands.h"

namespace nao::kernels {

/// With z of the source, 0 outside of it:
///
///     dst[co](y, x) = sum over ci, ky, kx of
///                         weight[co][ci][ky][kx] * z[ci](stride * y + ky - padding, stride * x + kx - padding)
struct Conv {
  static constexpr const char* kName = "conv";

  int images = 0;
  Source src;  // Cin channels
  int kernel = 3;
  int stride = 1;
  int padding = 1;
  const float* weight = nullptr;  // [Cout][Cin][kernel][kernel]
  Tensor dst;                     // Cout channels
  Sums sums;                      // of dst and its squares; optional
  int pieces = 1;

  template <class Packer>
  void relocate(Packer&) {}
  template <class Visit>
  void eachSums(Visit&& visit) const {
    visit(sums);
  }
};
struct ConvBackward {
  static constexpr const char* kName = "conv_backward";

  Conv forward;
  Upstream upstream;
  SourceGradient dsrc;
  float* weightGradient = nullptr;  // [items][Cout * Cin * kernel * kernel], overwritten

  template <class Packer>
  void relocate(Packer&) {}
  template <class Visit>
  void eachSums(Visit&&) const {}
};

}  // namespace nao::kernels
