#include "model/peak.h"

#include <immintrin.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <vector>

namespace nao::model {
namespace {

constexpr int kIterations = 2000000;

// Twelve independent chains hide the latency of a multiply-add on two pipes.
#define NAO_CHAINS(vector, fma, multiplier)                                        \
  vector a0 = start, a1 = start, a2 = start, a3 = start, a4 = start, a5 = start;   \
  vector a6 = start, a7 = start, a8 = start, a9 = start, a10 = start, a11 = start; \
  for (int i = 0; i < kIterations; ++i) {                                          \
    a0 = fma(a0, multiplier, start), a1 = fma(a1, multiplier, start);              \
    a2 = fma(a2, multiplier, start), a3 = fma(a3, multiplier, start);              \
    a4 = fma(a4, multiplier, start), a5 = fma(a5, multiplier, start);              \
    a6 = fma(a6, multiplier, start), a7 = fma(a7, multiplier, start);              \
    a8 = fma(a8, multiplier, start), a9 = fma(a9, multiplier, start);              \
    a10 = fma(a10, multiplier, start), a11 = fma(a11, multiplier, start);          \
  }                                                                                \
  const vector sum = a0 + a1 + a2 + a3 + a4 + a5 + a6 + a7 + a8 + a9 + a10 + a11;

__attribute__((target("avx512f"))) float chains512() {
  const __m512 start = _mm512_set1_ps(1e-3f), multiplier = _mm512_set1_ps(0.5f);
  NAO_CHAINS(__m512, _mm512_fmadd_ps, multiplier)
  float lanes[16];
  std::memcpy(lanes, &sum, sizeof lanes);
  return lanes[0];
}
__attribute__((target("avx2,fma"))) float chains256() {
  const __m256 start = _mm256_set1_ps(1e-3f), multiplier = _mm256_set1_ps(0.5f);
  NAO_CHAINS(__m256, _mm256_fmadd_ps, multiplier)
  float lanes[8];
  std::memcpy(lanes, &sum, sizeof lanes);
  return lanes[0];
}
#undef NAO_CHAINS

}  // namespace

double measurePeakGflops(Device& device) {
  const bool wide = std::strcmp(device.isa(), "avx512") == 0;
  const int threads = device.pool().threads();
  std::vector<float> sink(static_cast<std::size_t>(threads));
  double best = 0;
  for (int run = 0; run < 5; ++run) {
    const auto start = std::chrono::steady_clock::now();
    device.pool().run(threads,
                      [&](int item, int) { sink[static_cast<std::size_t>(item)] = wide ? chains512() : chains256(); });
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    best = std::max(best, 2.0 * 12 * (wide ? 16 : 8) * kIterations * threads / seconds * 1e-9);
  }
  return best;
}

}  // namespace nao::model
