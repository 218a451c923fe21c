// The product of gemm.h, stored.
#pragma once

#include <cstdint>

#include "kernels/cpu/gemm.h"

namespace nao::kernels::NAO_ISA {

/// dst[row] = sum over k of w(row, k) * src[k]; planes of `lines` lines.
inline void multiply(const Matrix& w, const float* src, std::int64_t srcStride, int lines, float* dst,
                     std::int64_t dstStride) {
  gemm(w, src, srcStride, lines, [&](int row, int line, int half, auto& tile) {
    float* out = dst + row * dstStride + line * kLanes + half * kVec;
#pragma GCC unroll 8
    for (auto& sums : tile) {
#pragma GCC unroll 8
      for (int n = 0; n < static_cast<int>(sizeof(sums) / sizeof(Vec)); ++n) store(out + n * kLanes, sums[n]);
      out += dstStride;
    }
  });
}

}  // namespace nao::kernels::NAO_ISA
