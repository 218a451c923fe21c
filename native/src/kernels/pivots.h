// Sums for batch normalisations that hold variances, not only mean squares.
//
// A variance is the mean square less the square of the mean, and where the mean is far larger than the deviation,
// nearly everything of both cancels. So kernels add up distances d = y - pivot in float, the pivot being one of the
// values y, and these here turn them into the sums of y that Sums is said to hold. They are doubles, in which a mean of
// 1000 deviations leaves a variance ten digits.
//
// A pivot is at most sqrt(count) deviations from the mean, since it is one of the values, and hardly ever more than
// two.
#pragma once

#include "kernels/operands.h"

namespace nao::kernels {

/// The two sums of a channel.
struct ChannelTotals {
  double first = 0, second = 0;

  /// Adds the sums of y and y * y of `count` values, from those of d and d * d.
  constexpr void addOutputs(double pivot, double count, double d, double dd) {
    first += d + count * pivot;
    second += dd + pivot * (2 * d + count * pivot);
  }
  /// Adds the sums of g and g * y, from those of g and g * d.
  constexpr void addGradients(double pivot, double g, double gd) {
    first += g;
    second += gd + pivot * g;
  }
  constexpr void leave(const Sums& dst, int item, int channel) const {
    dst.at(item, 0, channel) = first;
    dst.at(item, 1, channel) = second;
  }
};

}  // namespace nao::kernels
