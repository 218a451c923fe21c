// What the parameters of several kernel families share: how a kernel reads its sources, where it leaves gradients, and
// the sums that batch normalisations are made of. kernels.h has the conventions.
#pragma once

#include <cstdint>

#include "kernels/tensor.h"

namespace nao::kernels {

/// Two sums for every item and channel, of the values that an item has written. Sum `which` (0 or 1) of channel c of an
/// item is data[(item * 2 + which) * channels + first + c]. Not wanted where data is null. They hold variances
/// (pivots.h): a sum of squares that floats have added up does not.
struct Sums {
  double* data = nullptr;  // [items][2][channels]
  int channels = 0;        // of the whole batch normalisation
  int first = 0;           // the normalisation's channel that is this kernel's channel 0

  constexpr double& at(int item, int which, int c) const {
    return data[(static_cast<std::int64_t>(item) * 2 + which) * channels + first + c];
  }
};

constexpr float kMostOfRelu6 = 6;

/// What a kernel reads. The value it computes with is z = scale[c] * x + shift[c], with `relu` max(z, 0), and with
/// `relu6` min(max(z, 0), 6) (Krizhevsky 2010), which only depthwise, pointwise and global_pool know.
struct Source {
  Tensor x;                      // values as they were stored, before their batch normalisation
  const float* scale = nullptr;  // [channels of x]; optional: z = x
  const float* shift = nullptr;  // [channels of x]; given with scale
  bool relu = false;
  bool relu6 = false;  // only with relu
};

/// Where a backward kernel leaves d loss / d z of one of its sources; the derivative of the ReLU is applied already.
struct SourceGradient {
  Tensor g;                 // as large as the source's x; no gradient is wanted where its data is null
  bool accumulate = false;  // true: added to what is there; false: all of g is overwritten, 0 where z was not used
};

/// What a backward kernel is given: the gradient g with respect to z of its own output y. It needs that with respect to
/// y itself, which the batch normalisation and the drop-path mask between y and z lead to:
///
///     dy = coefficients[0][c] * mask[n] * g + coefficients[1][c] * y + coefficients[2][c]
///
/// Without coefficients dy = mask[n] * g. BatchNormBackward makes the coefficients.
struct Upstream {
  Tensor g;
  const float* mask = nullptr;  // [images, rounded up to a multiple of 16]; optional: 1
  Tensor y;                     // the kernel's output as the forward stored it; read only with coefficients
  /// Three rows of numbers, one for each channel of the batch normalisation; points to the number of this kernel's
  /// channel 0 in the first row. Optional.
  const float* coefficients = nullptr;
  int coefficientStride = 0;  // floats from one of the rows to the next
};

}  // namespace nao::kernels
