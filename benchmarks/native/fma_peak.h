// The most fused multiply-adds one thread can do, measured: independent chains in registers, no memory.
#pragma once

#include <immintrin.h>

#include <chrono>

namespace bench {

inline double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

constexpr int kPeakChains = 12;
constexpr long kPeakIterations = 400000;

__attribute__((target("avx512f"))) inline float fmaChains512() {
  __m512 sum[kPeakChains];
  for (int i = 0; i < kPeakChains; ++i) sum[i] = _mm512_set1_ps(static_cast<float>(i));
  const __m512 a = _mm512_set1_ps(0.5f);
  for (long n = 0; n < kPeakIterations; ++n) {
#pragma GCC unroll 12
    for (int i = 0; i < kPeakChains; ++i) sum[i] = _mm512_fmadd_ps(sum[i], a, a);
  }
  float total = 0;
  for (int i = 0; i < kPeakChains; ++i) total += _mm512_cvtss_f32(sum[i]);
  return total;
}

__attribute__((target("avx2,fma"))) inline float fmaChains256() {
  __m256 sum[kPeakChains];
  for (int i = 0; i < kPeakChains; ++i) sum[i] = _mm256_set1_ps(static_cast<float>(i));
  const __m256 a = _mm256_set1_ps(0.5f);
  for (long n = 0; n < kPeakIterations; ++n) {
#pragma GCC unroll 12
    for (int i = 0; i < kPeakChains; ++i) sum[i] = _mm256_fmadd_ps(sum[i], a, a);
  }
  float total = 0;
  for (int i = 0; i < kPeakChains; ++i) total += _mm256_cvtss_f32(sum[i]);
  return total;
}

/// FLOP per second of registers of `lanes` floats, 8 or 16; the best of a few runs.
inline double fmaPeak(int lanes) {
  double best = 0;
  for (int run = 0; run < 5; ++run) {
    const double start = now();
    const float total = lanes == 16 ? fmaChains512() : fmaChains256();
    const double rate = 2.0 * lanes * kPeakChains * static_cast<double>(kPeakIterations) / (now() - start);
    // The chains converge to 1, so this is never false and keeps them alive.
    if (total > 0 && rate > best) best = rate;
  }
  return best;
}

}  // namespace bench
