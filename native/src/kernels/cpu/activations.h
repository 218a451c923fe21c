// Exponentials of whole registers.
#pragma once

#include "kernels/cpu/lanes.h"

namespace nao::kernels::NAO_ISA {

/// 1 / x, to about one unit in the last place.
inline Vec reciprocal(Vec x) {
#if defined(__AVX512F__)
  const Vec y = _mm512_maskz_rcp14_ps(kAllLanes, x);
#else
  const Vec y = _mm256_rcp_ps(x);
#endif
  return y * (broadcast(2.0f) - x * y);
}

/// e^x for x from -87 to 87, of which it is that of the nearest beyond. Cody and Waite's reduction, then the series of
/// e^r for |r| <= log(2) / 2, whose next term is below 1e-8.
inline Vec exponential(Vec x) {
  typedef int Bits __attribute__((vector_size(sizeof(Vec))));
  const Vec limit = broadcast(87.0f), shifter = broadcast(12582912.0f);  // 1.5 * 2^23: whole numbers in the low bits
  x = selectGreater(x, limit, limit, x);
  x = selectGreater(zero() - limit, x, zero() - limit, x);
  const Vec shifted = fma(x, broadcast(1.44269504f), shifter);
  const Vec n = shifted - shifter;
  const Vec r = fma(n, broadcast(2.12194440e-4f), fma(n, broadcast(-0.693359375f), x));
  Vec p = broadcast(1.0f / 5040);
  p = fma(p, r, broadcast(1.0f / 720));
  p = fma(p, r, broadcast(1.0f / 120));
  p = fma(p, r, broadcast(1.0f / 24));
  p = fma(p, r, broadcast(1.0f / 6));
  p = fma(p, r, broadcast(0.5f));
  p = fma(p, r, broadcast(1.0f));
  p = fma(p, r, broadcast(1.0f));
  return reinterpret_cast<Vec>(reinterpret_cast<Bits>(p) + (reinterpret_cast<Bits>(shifted) << 23));
}

inline Vec sigmoid(Vec x) { return reciprocal(broadcast(1.0f) + exponential(zero() - x)); }

inline Vec hyperbolicTangent(Vec x) {
  const Vec e = exponential(x + x);
  return broadcast(1.0f) - broadcast(2.0f) * reciprocal(e + broadcast(1.0f));
}

}  // namespace nao::kernels::NAO_ISA
