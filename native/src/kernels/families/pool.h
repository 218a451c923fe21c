// pool: average or maximum pooling.
#pragma once

#include "kernels/operands.h"

namespace nao::kernels {

/// dst[c](y, x) = the average, or the maximum, of z[c](stride * y + ky - padding, stride * x + kx - padding) over those
/// ky, kx in [0, kernel) whose pixel lies inside the source. Of equal maxima the first in row-major order counts: it
/// gets the gradient.
struct Pool {
  static constexpr const char* kName = "pool";

  int images = 0;
  Source src;
  bool maximum = false;
  int kernel = 3;
  int stride = 1;
  int padding = 1;
  Tensor dst;  // as many channels as src
  int pieces = 1;
  Sums sums;  // of dst and its squares; optional

  template <class Packer>
  void relocate(Packer&) {}
  template <class Visit>
  void eachSums(Visit&& visit) const {
    visit(sums);
  }
};
struct PoolBackward {
  static constexpr const char* kName = "pool_backward";

  Pool forward;
  Upstream upstream;
  SourceGradient dsrc;

  template <class Packer>
  void relocate(Packer&) {}
  template <class Visit>
  void eachSums(Visit&&) const {}
};

}  // namespace nao::kernels
