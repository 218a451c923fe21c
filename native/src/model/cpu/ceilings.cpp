#include "model/cpu/ceilings.h"

#include <immintrin.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <vector>

#include "error.h"

namespace nao::model {
namespace {

constexpr int kIterations = 2000000;
constexpr int kRuns = 5;

// Twelve chains hide the latency of a multiply-add on two pipes; they start apart so that no compiler may merge them.
#define NAO_CHAINS(vector, fma)                                                                        \
  vector chain[12];                                                                                    \
  for (int k = 0; k < 12; ++k) chain[k] = start * static_cast<float>(k + 1);                           \
  for (int i = 0; i < kIterations; ++i) {                                                              \
    _Pragma("GCC unroll 12") for (int k = 0; k < 12; ++k) chain[k] = fma(chain[k], multiplier, start); \
  }                                                                                                    \
  vector sum = chain[0];                                                                               \
  for (int k = 1; k < 12; ++k) sum += chain[k];

__attribute__((target("avx512f"))) float chains512() {
  const __m512 start = _mm512_set1_ps(1e-3f), multiplier = _mm512_set1_ps(0.5f);
  NAO_CHAINS(__m512, _mm512_fmadd_ps)
  float lanes[16];
  std::memcpy(lanes, &sum, sizeof lanes);
  return lanes[0];
}
__attribute__((target("avx2,fma"))) float chains256() {
  const __m256 start = _mm256_set1_ps(1e-3f), multiplier = _mm256_set1_ps(0.5f);
  NAO_CHAINS(__m256, _mm256_fmadd_ps)
  float lanes[8];
  std::memcpy(lanes, &sum, sizeof lanes);
  return lanes[0];
}
#undef NAO_CHAINS

template <class Work>
double secondsOf(const Work& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

double measurePeakGflops(CpuDevice& device) {
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma"))
    throw Error(NAO_NO_DEVICE, "the multiply-add peak is measured with AVX2 and FMA, which this processor lacks");
  const bool wide = std::strcmp(device.isa(), "avx512") == 0;
  const int threads = device.pool().threads();
  std::vector<float> sink(static_cast<std::size_t>(threads));
  double best = 0;
  for (int run = 0; run < kRuns; ++run) {
    const double seconds = secondsOf([&] {
      device.pool().run(
          threads, [&](int item, int) { sink[static_cast<std::size_t>(item)] = wide ? chains512() : chains256(); });
    });
    best = std::max(best, 2.0 * 12 * (wide ? 16 : 8) * kIterations * threads / seconds * 1e-9);
  }
  return best;
}

double measureCopyRate(CpuDevice& device) {
  constexpr std::int64_t kBytes = std::int64_t{128} << 20;
  constexpr double kReadAndWritten = 2;
  const Memory<char> src = device.allocate<char>(kBytes, "a measurement");
  const Memory<char> dst = device.allocate<char>(kBytes, "a measurement");
  const int threads = device.pool().threads();
  double best = 0;
  for (int run = 0; run < kRuns; ++run) {
    const double seconds = secondsOf([&] {
      device.pool().run(threads, [&](int item, int) {
        const std::int64_t begin = kBytes * item / threads, end = kBytes * (item + 1) / threads;
        std::memcpy(dst.get() + begin, src.get() + begin, static_cast<std::size_t>(end - begin));
      });
    });
    best = std::max(best, kReadAndWritten * static_cast<double>(kBytes) / seconds * 1e-9);
  }
  return best;
}

}  // namespace nao::model
