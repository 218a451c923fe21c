// The SIMD vocabulary of the CPU kernels: one register of floats, and what is done with it.
//
// A pixel of 16 images is a line of kLanes floats = kHalves registers of kVec: one with AVX-512, two with AVX2, where
// the halves of a line are simply two independent problems a register apart. Arithmetic uses the compiler's vector
// operators (a + b, a * b) beside the functions below.
#pragma once

#include <immintrin.h>

#include "kernels/tensor.h"

namespace nao::kernels::NAO_ISA {

#if defined(__AVX512F__)

using Vec = __m512;
using LaneMask = __mmask16;
constexpr int kVec = 16;
// The unmasked forms of some intrinsics start from an undefined register, which GCC 12 takes for a mistake of the
// caller. With a constant full mask the masked forms compile to the same instruction.
constexpr LaneMask kAllLanes = 0xffff;

inline Vec zero() { return _mm512_setzero_ps(); }
inline Vec broadcast(float x) { return _mm512_set1_ps(x); }
inline Vec load(const float* p) { return _mm512_loadu_ps(p); }
inline void store(float* p, Vec v) { _mm512_storeu_ps(p, v); }
inline void storePastCaches(float* p, Vec v) { _mm512_stream_ps(p, v); }  // p is aligned
inline Vec fma(Vec a, Vec b, Vec c) { return _mm512_fmadd_ps(a, b, c); }
inline Vec max(Vec a, Vec b) { return _mm512_maskz_max_ps(kAllLanes, a, b); }
inline Vec min(Vec a, Vec b) { return _mm512_maskz_min_ps(kAllLanes, a, b); }
/// g in the lanes where z > 0, else 0.
inline Vec wherePositive(Vec g, Vec z) {
  return _mm512_maskz_mov_ps(_mm512_cmp_ps_mask(z, _mm512_setzero_ps(), _CMP_GT_OQ), g);
}
/// a in the lanes where x > y, else b.
inline Vec selectGreater(Vec x, Vec y, Vec a, Vec b) {
  return _mm512_mask_blend_ps(_mm512_cmp_ps_mask(x, y, _CMP_GT_OQ), b, a);
}
/// g in the lanes where a equals b, else 0.
inline Vec whereEqual(Vec g, Vec a, Vec b) { return _mm512_maskz_mov_ps(_mm512_cmp_ps_mask(a, b, _CMP_EQ_OQ), g); }
/// The first n lanes of a register; n <= 0: none, n >= kVec: all.
inline LaneMask firstLanes(int n) { return static_cast<LaneMask>(n <= 0 ? 0u : n >= kVec ? 0xffffu : (1u << n) - 1u); }
/// v in the lanes of the mask, 0 elsewhere, whatever v holds there.
inline Vec keep(LaneMask mask, Vec v) { return _mm512_maskz_mov_ps(mask, v); }
inline Vec loadFirst(const float* p, LaneMask mask) { return _mm512_maskz_loadu_ps(mask, p); }
inline void storeFirst(float* p, LaneMask mask, Vec v) { _mm512_mask_storeu_ps(p, mask, v); }

/// Lane i of the result is the sum of the lanes of v[i].
inline Vec laneSums(const Vec (&v)[kVec]) {
  Vec b[8], c[4], d[2];
#pragma GCC unroll 8
  for (int i = 0; i < 8; ++i) {
    b[i] = _mm512_maskz_unpacklo_ps(kAllLanes, v[2 * i], v[2 * i + 1]) +
           _mm512_maskz_unpackhi_ps(kAllLanes, v[2 * i], v[2 * i + 1]);
  }
#pragma GCC unroll 4
  for (int i = 0; i < 4; ++i) {
    c[i] = _mm512_maskz_shuffle_ps(kAllLanes, b[2 * i], b[2 * i + 1], 0x44) +
           _mm512_maskz_shuffle_ps(kAllLanes, b[2 * i], b[2 * i + 1], 0xee);
  }
#pragma GCC unroll 2
  for (int i = 0; i < 2; ++i) {
    d[i] = _mm512_maskz_shuffle_f32x4(kAllLanes, c[2 * i], c[2 * i + 1], 0x88) +
           _mm512_maskz_shuffle_f32x4(kAllLanes, c[2 * i], c[2 * i + 1], 0xdd);
  }
  return _mm512_maskz_shuffle_f32x4(kAllLanes, d[0], d[1], 0x88) +
         _mm512_maskz_shuffle_f32x4(kAllLanes, d[0], d[1], 0xdd);
}

#else

using Vec = __m256;
using LaneMask = __m256;
constexpr int kVec = 8;

inline Vec zero() { return _mm256_setzero_ps(); }
inline Vec broadcast(float x) { return _mm256_set1_ps(x); }
inline Vec load(const float* p) { return _mm256_loadu_ps(p); }
inline void store(float* p, Vec v) { _mm256_storeu_ps(p, v); }
inline void storePastCaches(float* p, Vec v) { _mm256_stream_ps(p, v); }  // p is aligned
inline Vec fma(Vec a, Vec b, Vec c) { return _mm256_fmadd_ps(a, b, c); }
inline Vec max(Vec a, Vec b) { return _mm256_max_ps(a, b); }
inline Vec min(Vec a, Vec b) { return _mm256_min_ps(a, b); }
inline Vec wherePositive(Vec g, Vec z) { return _mm256_and_ps(g, _mm256_cmp_ps(z, _mm256_setzero_ps(), _CMP_GT_OQ)); }
inline Vec selectGreater(Vec x, Vec y, Vec a, Vec b) { return _mm256_blendv_ps(b, a, _mm256_cmp_ps(x, y, _CMP_GT_OQ)); }
inline Vec whereEqual(Vec g, Vec a, Vec b) { return _mm256_and_ps(g, _mm256_cmp_ps(a, b, _CMP_EQ_OQ)); }
inline LaneMask firstLanes(int n) {
  const __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  return _mm256_castsi256_ps(_mm256_cmpgt_epi32(_mm256_set1_epi32(n), lane));
}
inline Vec keep(LaneMask mask, Vec v) { return _mm256_and_ps(mask, v); }
inline Vec loadFirst(const float* p, LaneMask mask) { return _mm256_maskload_ps(p, _mm256_castps_si256(mask)); }
inline void storeFirst(float* p, LaneMask mask, Vec v) { _mm256_maskstore_ps(p, _mm256_castps_si256(mask), v); }

inline Vec laneSums(const Vec (&v)[kVec]) {
  const Vec b0 = _mm256_hadd_ps(v[0], v[1]), b1 = _mm256_hadd_ps(v[2], v[3]);
  const Vec b2 = _mm256_hadd_ps(v[4], v[5]), b3 = _mm256_hadd_ps(v[6], v[7]);
  const Vec c0 = _mm256_hadd_ps(b0, b1), c1 = _mm256_hadd_ps(b2, b3);
  return _mm256_permute2f128_ps(c0, c1, 0x20) + _mm256_permute2f128_ps(c0, c1, 0x31);
}

#endif

/// Before other threads may be told of what storePastCaches() has written.
inline void finishPastCaches() { _mm_sfence(); }

/// Registers in a line of 16 images. Register h of a line holds the images h * kVec ...
constexpr int kHalves = kLanes / kVec;

/// A load that stays in its register: the compiler would rather repeat it as a memory operand of every use, and loads
/// are what limits the loops that use a line many times.
inline Vec loadOnce(const float* p) {
  Vec v = load(p);
  asm("" : "+v"(v));
  return v;
}

inline Vec relu(Vec z) { return max(z, zero()); }

/// Lanes of register `half` that hold one of the first `lanes` images of a block.
inline LaneMask lanesOfHalf(int lanes, int half) { return firstLanes(lanes - half * kVec); }

/// dst[i] += sum of the lanes of v[i], i < Count: many horizontal sums for the price of a transposition.
template <int Count>
inline void addLaneSums(const Vec (&v)[Count], float* dst) {
#pragma GCC unroll 8
  for (int first = 0; first < Count; first += kVec) {
    const int count = Count - first < kVec ? Count - first : kVec;
    Vec group[kVec];
#pragma GCC unroll 16
    for (int i = 0; i < kVec; ++i) group[i] = i < count ? v[first + i] : zero();
    const LaneMask mask = firstLanes(count);
    storeFirst(dst + first, mask, loadFirst(dst + first, mask) + laneSums(group));
  }
}

}  // namespace nao::kernels::NAO_ISA
