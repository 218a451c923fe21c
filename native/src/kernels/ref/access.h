// How the reference kernels read and write single values: the definitions of Source, Upstream, SourceGradient and Sums.
#pragma once

#include <cmath>

#include "kernels/kernels.h"

namespace nao::kernels::ref {

/// First image of a block and one past its last; item = block.
inline int firstImage(int block) { return block * kLanes; }
inline int endImage(int images, int block) { return block * kLanes + lanesInBlock(images, block); }

/// z before the ReLU. One rounding (fma), so that comparisons of z agree with every other backend.
inline float normalised(const Source& s, int n, int c, int y, int x) {
  const float raw = s.x.at(n, c, y, x);
  return s.scale ? std::fma(s.scale[c], raw, s.shift[c]) : raw;
}

/// What the consumer of a source computes with.
inline float load(const Source& s, int n, int c, int y, int x) {
  const float z = normalised(s, n, c, y, x);
  if (s.relu && !(z > 0)) return 0;
  return s.relu6 && z > kMostOfRelu6 ? kMostOfRelu6 : z;
}

/// Whether the gradient of what load() gives is that of z, not 0.
inline bool passes(const Source& s, int n, int c, int y, int x) {
  const float z = normalised(s, n, c, y, x);
  return (!s.relu || z > 0) && (!s.relu6 || z < kMostOfRelu6);
}

inline bool inside(const Tensor& t, int y, int x) { return y >= 0 && y < t.height && x >= 0 && x < t.width; }

/// dy of the kernel's raw output.
inline double loadGradient(const Upstream& u, int n, int c, int y, int x) {
  const double g = static_cast<double>(u.g.at(n, c, y, x)) * (u.mask ? u.mask[n] : 1.0f);
  if (!u.coefficients) return g;
  const float* k = u.coefficients + c;
  const std::int64_t row = u.coefficientStride;
  return k[0] * g + static_cast<double>(k[row]) * u.y.at(n, c, y, x) + k[2 * row];
}

/// Leaves `gradient`, which is with respect to the value after the ReLU or ReLU6.
inline void store(const SourceGradient& d, const Source& s, int n, int c, int y, int x, double gradient) {
  if (!passes(s, n, c, y, x)) gradient = 0;
  float& dst = d.g.at(n, c, y, x);
  dst = static_cast<float>(d.accumulate ? dst + gradient : gradient);
}

/// Sums of y and y * y of the finished output, over the images of one block.
inline void sumOutput(const Sums& sums, const Tensor& dst, int images, int block) {
  if (!sums.data) return;
  for (int c = 0; c < dst.channels; ++c) {
    double sum = 0, squares = 0;
    for (int n = firstImage(block); n < endImage(images, block); ++n)
      for (int y = 0; y < dst.height; ++y)
        for (int x = 0; x < dst.width; ++x) {
          const double value = dst.at(n, c, y, x);
          sum += value;
          squares += value * value;
        }
    sums.at(block, 0, c) = sum;
    sums.at(block, 1, c) = squares;
  }
}

}  // namespace nao::kernels::ref
