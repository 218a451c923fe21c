// sep_conv: separable convolution, a depthwise k x k convolution followed by a pointwise (1 x 1) one.
#pragma once

#include "kernels/families/depthwise.h"

namespace nao::kernels {

/// With z of the source, 0 outside of it:
///
///     d[ci](y, x)   = sum over ky, kx of depthwise[ci][ky][kx] *
///                         z[ci](stride * y + dilation * (ky - kernel / 2), stride * x + dilation * (kx - kernel / 2))
///     dst[co](y, x) = sum over ci of pointwise[co][ci] * d[ci](y, x)
struct SepConv {
  static constexpr const char* kName = "sep_conv";

  int images = 0;
  Source src;                        // Cin channels
  int kernel = 3;                    // 3, 5 or 7; the padding is dilation * (kernel / 2)
  int stride = 1;                    // 1 or 2
  int dilation = 1;                  // 1 or 2
  const float* depthwise = nullptr;  // [Cin][kernel][kernel]
  const float* pointwise = nullptr;  // [Cout][Cin]
  Tensor dst;                        // Cout channels, sides (side of src + stride - 1) / stride
  Sums sums;                         // of dst and its squares; optional
  Tensor kept;                       // where d is left for the backward, Cin channels; optional, CPU kernels leave none
  int pieces = 1;

  template <class Packer>
  void relocate(Packer&) {}
  template <class Visit>
  void eachSums(Visit&& visit) const {
    visit(sums);
  }
};

/// All gradients of a SepConv, from what it read.
struct SepConvBackward {
  static constexpr const char* kName = "sep_conv_backward";

  SepConv forward;
  Upstream upstream;
  SourceGradient dsrc;
  Sums sourceSums;                     // of dsrc.g and dsrc.g * src.x; optional, and only without dsrc.accumulate
  float* depthwiseGradient = nullptr;  // [items][Cin * kernel * kernel], overwritten
  float* pointwiseGradient = nullptr;  // [items][Cout * Cin], overwritten

  template <class Packer>
  void relocate(Packer&) {}
  template <class Visit>
  void eachSums(Visit&& visit) const {
    visit(sourceSums);
  }
};

/// The depthwise half alone, whose output is what the forward keeps.
inline Depthwise depthwiseHalf(const SepConv& p) {
  return {p.images, p.src, p.kernel, p.stride, p.dilation, p.depthwise, p.kept, {}, p.pieces};
}

}  // namespace nao::kernels
