// Rows of one channel in scratch, with zero columns on both sides, so that no tap needs an edge test. A row's right
// padding is the next row's left padding:
//
//   [padding zeros] [row begin: width lines] [padding zeros] [row begin + 1: width lines] [padding zeros] ...
//
// Rows above and below the image are not stored: taps there are skipped.
#pragma once

#include <cstdint>

#include "kernels/cpu/lanes.h"

namespace nao::kernels::NAO_ISA {

struct PaddedRows {
  float* data = nullptr;
  int width = 0;
  int padding = 0;
  int begin = 0;  // first row held

  int pitch() const { return width + padding; }
  /// The line of column x, -padding <= x < width + padding.
  float* line(int y, int x) const {
    return data + (static_cast<std::int64_t>(y - begin) * pitch() + padding + x) * kLanes;
  }
  std::int64_t floats(int rows) const { return static_cast<std::int64_t>(rows * pitch() + padding) * kLanes; }
};

}  // namespace nao::kernels::NAO_ISA
