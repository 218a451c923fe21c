// Depthwise k x k convolution of rows of one channel of a block, its weight gradient and its transpose.
#pragma once

#include "kernels/cpu/ahead.h"
#include "kernels/cpu/padded_rows.h"

namespace nao::kernels::NAO_ISA {

/// What happens to a finished row of the source gradient; pointers to one channel, sums of 16 lanes each.
struct SourceGradientSink {
  float* g = nullptr;
  const float* x = nullptr;  // read for sums only
  bool relu = false;
  bool relu6 = false;
  bool accumulate = false;
  float* sum = nullptr;   // of g; optional
  float* sumX = nullptr;  // of g * d, d being x less the first pixel of x
};

/// The three for one geometry.
struct DepthwiseRows {
  /// d rows [yBegin, yEnd), `width` lines each, from the source rows in z. Source height `height`.
  void (*rows)(const PaddedRows& z, int height, const float* weight, int yBegin, int yEnd, int width, float* d,
               Ahead& ahead);
  /// gradient[ky][kx] += sum over d rows [yBegin, yEnd), lanes: dd(y, x) * z(y * stride + ky * dilation - padding,
  /// ...).
  void (*weightGradient)(const PaddedRows& z, int height, const PaddedRows& dd, int yBegin, int yEnd, float* gradient);
  /// Source rows [yBegin, yEnd) of the transposed convolution of dd, which has `ddHeight` rows. z gives the ReLU's
  /// mask.
  void (*sourceGradient)(const PaddedRows& dd, int ddHeight, const float* weight, const PaddedRows& z, int yBegin,
                         int yEnd, const SourceGradientSink& sink);
};

/// kernel 3, 5, 7; stride 1, 2; dilation 1, 2.
DepthwiseRows depthwiseFor(int kernel, int stride, int dilation);

}  // namespace nao::kernels::NAO_ISA
