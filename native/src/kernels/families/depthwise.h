// depthwise: a k x k convolution of each channel for itself, whose output is a value of its own. Where nothing stands
// between it and a pointwise convolution, sep_conv.h does both.
#pragma once

#include "kernels/operands.h"

namespace nao::kernels {

/// With z of the source, 0 outside of it:
///
///     dst[c](y, x) = sum over ky, kx of weight[c][ky][kx] *
///                        z[c](stride * y + dilation * (ky - kernel / 2), stride * x + dilation * (kx - kernel / 2))
struct Depthwise {
  static constexpr const char* kName = "depthwise";

  int images = 0;
  Source src;
  int kernel = 3;                 // 3, 5 or 7; the padding is dilation * (kernel / 2)
  int stride = 1;                 // 1 or 2
  int dilation = 1;               // 1 or 2
  const float* weight = nullptr;  // [channels][kernel][kernel]
  Tensor dst;                     // as many channels as src, sides (side of src + stride - 1) / stride
  Sums sums;                      // of dst and its squares; optional
  int pieces = 1;

  template <class Packer>
  void relocate(Packer&) {}
  template <class Visit>
  void eachSums(Visit&& visit) const {
    visit(sums);
  }
};

/// The rest of a separable convolution's backward, too, where its forward left what is between its halves: a
/// PointwiseBackward whose source that is goes before, and leaves upstream.g. The forward's sums are not read.
struct DepthwiseBackward {
  static constexpr const char* kName = "depthwise_backward";

  Depthwise forward;
  Upstream upstream;
  SourceGradient dsrc;
  Sums sourceSums;                  // of dsrc.g and dsrc.g * src.x; optional, and only without dsrc.accumulate
  float* weightGradient = nullptr;  // [items][channels * kernel * kernel], overwritten

  template <class Packer>
  void relocate(Packer&) {}
  template <class Visit>
  void eachSums(Visit&& visit) const {
    visit(sourceSums);
  }
};

}  // namespace nao::kernels
