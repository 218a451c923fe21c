// conv: dense kh x kw convolution, of stems, of the auxiliary head and of convolutions along one axis.
#pragma once

#include "kernels/operands.h"
#include "kernels/window.h"

namespace nao::kernels {

/// With z of the source, 0 outside of it:
///
///     dst[co](y, x) = sum over ci, ky, kx of
///                         weight[co][ci][ky][kx] *
///                         z[ci](stride.y * y + ky - padding.y, stride.x * x + kx - padding.x)
struct Conv {
  static constexpr const char* kName = "conv";

  int images = 0;
  Source src;                     // Cin channels
  Window window;                  // its kernel is kh x kw
  const float* weight = nullptr;  // [Cout][Cin][kh][kw]
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
  float* weightGradient = nullptr;  // [items][Cout * Cin * kh * kw], overwritten

  template <class Packer>
  void relocate(Packer&) {}
  template <class Visit>
  void eachSums(Visit&&) const {}
};

}  // namespace nao::kernels
