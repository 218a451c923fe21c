// Tensor core instructions for g++. All 32 lanes take part; fragments.h says which elements each lane holds.
#pragma once

#include <cstdint>

#include "bits.h"
#include "keywords.h"
#include "site.h"

namespace nao::cuda {

/// Rounds to 10 mantissa bits, ties away from zero (cvt.rna.tf32.f32).
inline std::uint32_t toTf32(float x) {
  const std::uint32_t bits = emulation::bitCast<std::uint32_t>(x);
  const bool finite = (bits & 0x7f800000u) != 0x7f800000u;
  return finite ? (bits + 0x1000u) & ~0x1fffu : bits & ~0x1fffu;
}

/// D[16][8] += A[16][8] * B[8][8]; the low 13 bits of A and B are ignored.
void multiplyAddTf32(float (&d)[4], const std::uint32_t (&a)[4], const std::uint32_t (&b)[2],
                     emulation::Site site = emulation::Site::here());

/// D[16][8] += A[16][16] * B[16][8].
void multiplyAddBf16(float (&d)[4], const std::uint32_t (&a)[4], const std::uint32_t (&b)[2],
                     emulation::Site site = emulation::Site::here());

namespace emulation {
void loadMatrices(std::uint32_t (&r)[4], const void* row, bool transposed, Site site);
}

/// Four 8x8 matrices of 16-bit elements: lane l names row l % 8 (16 bytes in shared memory) of matrix l / 8 and
/// receives in r[m] the elements 2 * (l % 4) and the next of row l / 4 of matrix m.
__forceinline__ void loadMatrices(std::uint32_t (&r)[4], const void* row,
                                  emulation::Site site = emulation::Site::here()) {
  emulation::loadMatrices(r, row, false, site);
}

/// The same of the transposed matrices.
__forceinline__ void loadMatricesTransposed(std::uint32_t (&r)[4], const void* row,
                                            emulation::Site site = emulation::Site::here()) {
  emulation::loadMatrices(r, row, true, site);
}

}  // namespace nao::cuda
