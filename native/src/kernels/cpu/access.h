// How the fast kernels read and write lines: the definitions of Source, Upstream and SourceGradient, a register at a
// time.
#pragma once

#include <limits>

#include "kernels/cpu/lanes.h"
#include "kernels/kernels.h"

namespace nao::kernels::NAO_ISA {

/// What of a gradient with respect to the value after a ReLU6 its upper bound lets pass; z before or after it.
inline Vec whereBelow6(Vec gradient, Vec z) { return selectGreater(broadcast(kMostOfRelu6), z, gradient, zero()); }

/// One channel of a Source. Without scale, shift or ReLU the same arithmetic leaves x as it is, so there is one loop.
struct Normalise {
  Vec scale, shift, floor;

  Normalise(const Source& s, int channel)
      : scale(broadcast(s.scale ? s.scale[channel] : 1.0f)),
        shift(broadcast(s.scale ? s.shift[channel] : 0.0f)),
        floor(broadcast(s.relu ? 0.0f : -std::numeric_limits<float>::infinity())) {}

  Vec operator()(Vec x) const { return max(fma(scale, x, shift), floor); }

  /// What of a gradient with respect to the value after the ReLU reaches z; x is the stored value.
  Vec backward(Vec gradient, Vec x) const { return selectGreater(fma(scale, x, shift), floor, gradient, zero()); }
};

/// The same of a Source with ReLU6.
struct NormaliseTo6 : Normalise {
  using Normalise::Normalise;

  Vec operator()(Vec x) const { return min(Normalise::operator()(x), broadcast(kMostOfRelu6)); }
  Vec backward(Vec gradient, Vec x) const {
    return whereBelow6(Normalise::backward(gradient, x), fma(scale, x, shift));
  }
};

/// One register of a per-image mask: 1 where there is none, 0 in lanes beyond the block's images.
inline Vec imageMask(const float* mask, int block, int half, int lanes) {
  return keep(lanesOfHalf(lanes, half), mask ? load(mask + block * kLanes + half * kVec) : broadcast(1.0f));
}

/// Leaves a gradient with respect to z.
inline void leave(float* dst, bool accumulate, Vec gradient) {
  store(dst, accumulate ? load(dst) + gradient : gradient);
}

}  // namespace nao::kernels::NAO_ISA
