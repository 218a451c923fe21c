// Sums of channels (pivots.h): floats for each lane while a block is computed, doubles at its end. A lane's pivot is
// its value at the first pixel.
#pragma once

#include "kernels/cpu/lanes.h"
#include "kernels/pivots.h"

namespace nao::kernels::NAO_ISA {

/// Totals of y and y * y over the first `lanes` lanes, of `count` values each, from lines of pivots and of sums of d
/// and of d * d.
inline ChannelTotals outputTotals(const float* pivots, const float* sums, const float* squares, int count, int lanes) {
  ChannelTotals totals;
  for (int l = 0; l < lanes; ++l)
    totals.addOutputs(static_cast<double>(pivots[l]), count, static_cast<double>(sums[l]),
                      static_cast<double>(squares[l]));
  return totals;
}

/// Totals of mask * g and mask * g * y, from lines of sums of g and of g * d; mask: a number for each lane,
/// optional: 1.
inline ChannelTotals gradientTotals(const float* pivots, const float* sums, const float* products, const float* mask,
                                    int lanes) {
  ChannelTotals totals;
  for (int l = 0; l < lanes; ++l) {
    const double factor = mask ? static_cast<double>(mask[l]) : 1.0;
    totals.addGradients(static_cast<double>(pivots[l]), factor * static_cast<double>(sums[l]),
                        factor * static_cast<double>(products[l]));
  }
  return totals;
}

}  // namespace nao::kernels::NAO_ISA
