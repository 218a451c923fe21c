// How a window moves over a map.
#pragma once

namespace nao::kernels {

/// Two lengths in pixels: down a map and along its rows.
struct Extent {
  int y = 1;
  int x = 1;

  constexpr bool isSquare() const { return y == x; }
  constexpr int cells() const { return y * x; }
};

/// Output pixel (y, x) sees the source from (y * stride.y - padding.y, x * stride.x - padding.x) on.
struct Window {
  Extent kernel = {1, 1};
  Extent stride = {1, 1};
  Extent padding = {0, 0};

  constexpr bool isSquare() const { return kernel.isSquare() && stride.isSquare() && padding.isSquare(); }
};

}  // namespace nao::kernels
