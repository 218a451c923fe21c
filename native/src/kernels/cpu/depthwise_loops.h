// The loops of depthwise_rows.h. Every tap of 16 images is one aligned line, so the three differ only in which line
// meets which accumulator; kernel, stride and dilation are known to the compiler, image size is not.
#pragma once

#include <type_traits>

#include "kernels/cpu/access.h"
#include "kernels/cpu/depthwise_rows.h"

namespace nao::kernels::NAO_ISA {

template <int K, int S, int D>
struct Geometry {
  static constexpr int kernel = K;
  static constexpr int stride = S;
  static constexpr int dilation = D;
  static constexpr int padding = D * (K / 2);
};

/// Calls body(integral_constant<N>, first) for consecutive runs of N = Max items and for the rest.
template <int Max, class Body>
inline __attribute__((always_inline)) void forRuns(int count, Body&& body) {
  int first = 0;
  for (; first + Max <= count; first += Max) body(std::integral_constant<int, Max>{}, first);
  if constexpr (Max > 8) {
    if (first + 8 <= count) {
      body(std::integral_constant<int, 8>{}, first);
      first += 8;
    }
  }
  const int rest = count - first;
  if constexpr (Max > 7) {
    if (rest == 7) return body(std::integral_constant<int, 7>{}, first);
    if (rest == 6) return body(std::integral_constant<int, 6>{}, first);
    if (rest == 5) return body(std::integral_constant<int, 5>{}, first);
    if (rest == 4) return body(std::integral_constant<int, 4>{}, first);
  }
  if (rest == 3) return body(std::integral_constant<int, 3>{}, first);
  if (rest == 2) return body(std::integral_constant<int, 2>{}, first);
  if (rest == 1) return body(std::integral_constant<int, 1>{}, first);
}

/// The kernel rows that meet an image row, with the line their first tap starts from.
struct TapRows {
  int count = 0;
  const float* line[7];
  const float* weight[7];
};

/// acc[r] += weight[kx] * line[r * S + kx * D]: each line is loaded once for all its taps.
template <class G, int R>
inline __attribute__((always_inline)) void correlate(const float* line, const float* weight, Vec (&acc)[R]) {
  constexpr int K = G::kernel, S = G::stride, D = G::dilation;
  asm("" : "+r"(line));  // One register and constant offsets, instead of an address computed ahead for every tap.
  Vec w[K];
#pragma GCC unroll 8
  for (int kx = 0; kx < K; ++kx) w[kx] = broadcast(weight[kx]);
#pragma GCC unroll 32
  for (int i = 0; i <= (R - 1) * S + (K - 1) * D; ++i) {
    const Vec x = loadOnce(line + i * kLanes);
#pragma GCC unroll 8
    for (int kx = 0; kx < K; ++kx) {
      const int r = i - kx * D;
      if (r >= 0 && r % S == 0 && r / S < R) acc[r / S] = fma(w[kx], x, acc[r / S]);
    }
  }
}

/// acc[r] += weight[kx] * line[(r + padding - kx * D) / S] where S divides.
template <class G, int R>
inline __attribute__((always_inline)) void correlateTransposed(const float* line, const float* weight, Vec (&acc)[R]) {
  constexpr int K = G::kernel, S = G::stride, D = G::dilation, P = G::padding;
  asm("" : "+r"(line));  // One register and constant offsets, instead of an address computed ahead for every tap.
  Vec w[K];
#pragma GCC unroll 8
  for (int kx = 0; kx < K; ++kx) w[kx] = broadcast(weight[kx]);
#pragma GCC unroll 32
  for (int j = -(P / S); j <= (R - 1 + P) / S; ++j) {
    const Vec g = loadOnce(line + j * kLanes);
#pragma GCC unroll 8
    for (int kx = 0; kx < K; ++kx) {
      const int r = j * S - P + kx * D;
      if (r >= 0 && r < R) acc[r] = fma(w[kx], g, acc[r]);
    }
  }
}

/// Lines between a store and the prefetch of what will be stored to.
constexpr int kWriteAhead = 32;

/// Output pixels computed at once.
constexpr int kDepthwiseRun = kVec == 16 ? 16 : 8;

template <class G>
void depthwiseRows(const PaddedRows& z, int height, const float* weight, int yBegin, int yEnd, int width, float* d,
                   Ahead& ahead) {
  for (int y = yBegin; y < yEnd; ++y, d += width * kLanes) {
    TapRows taps;
    for (int ky = 0; ky < G::kernel; ++ky) {
      const int sy = y * G::stride + ky * G::dilation - G::padding;
      if (sy < 0 || sy >= height) continue;
      taps.line[taps.count] = z.line(sy, -G::padding);
      taps.weight[taps.count++] = weight + ky * G::kernel;
    }
    forRuns<kDepthwiseRun>(width, [&](auto run, int x) {
      constexpr int R = decltype(run)::value;
      ahead.fetch(R);
      for (int half = 0; half < kHalves; ++half) {
        Vec acc[R];
#pragma GCC unroll 16
        for (int r = 0; r < R; ++r) acc[r] = zero();
#pragma GCC unroll 1
        for (int t = 0; t < taps.count; ++t) {
          correlate<G, R>(taps.line[t] + x * G::stride * kLanes + half * kVec, taps.weight[t], acc);
        }
#pragma GCC unroll 16
        for (int r = 0; r < R; ++r) store(d + (x + r) * kLanes + half * kVec, acc[r]);
      }
    });
  }
}

/// Output pixels per step of the weight gradient.
constexpr int kGradientRun = kVec == 16 ? 8 : 4;

template <class G>
void depthwiseWeightGradient(const PaddedRows& z, int height, const PaddedRows& dd, int yBegin, int yEnd,
                             float* gradient) {
  constexpr int K = G::kernel, S = G::stride, D = G::dilation, P = G::padding;
  // One kernel row at a time; several chains of sums per tap hide the latency of the additions.
  constexpr int chains = kVec == 16 ? (K == 7 ? 3 : 4) : (K == 3 ? 3 : K == 5 ? 2 : 1);
  Vec sums[K * K];
#pragma GCC unroll 1
  for (int ky = 0; ky < K; ++ky) {
    Vec acc[chains][K];
#pragma GCC unroll 32
    for (int i = 0; i < chains * K; ++i) acc[i / K][i % K] = zero();
    int begin = yBegin, end = yEnd;
    while (begin < end && begin * S + ky * D < P) ++begin;
    while (begin < end && (end - 1) * S + ky * D - P >= height) --end;
    // With stride 1 all rows are one: dd is 0 in the columns between two rows, and both have the same pitch.
    const int step = S == 1 ? end - begin : 1;
    for (int y = begin; y < end; y += step) {
      for (int half = 0; half < kHalves; ++half) {
        const float* zRow = z.line(y * S + ky * D - P, -P) + half * kVec;
        const float* ddRow = dd.line(y, 0) + half * kVec;
        forRuns<kGradientRun>((step - 1) * dd.pitch() + dd.width, [&](auto run, int x) {
          constexpr int R = decltype(run)::value;
          Vec g[R];
#pragma GCC unroll 8
          for (int u = 0; u < R; ++u) g[u] = loadOnce(ddRow + (x + u) * kLanes);
#pragma GCC unroll 32
          for (int i = 0; i <= (R - 1) * S + (K - 1) * D; ++i) {
            const Vec value = loadOnce(zRow + (x * S + i) * kLanes);
#pragma GCC unroll 16
            for (int kx = 0; kx < K; ++kx) {
              const int u = i - kx * D;
              if (u >= 0 && u % S == 0 && u / S < R) {
                Vec& sum = acc[u / S % chains][kx];
                sum = fma(value, g[u / S], sum);
              }
            }
          }
        });
      }
    }
#pragma GCC unroll 16
    for (int kx = 0; kx < K; ++kx) {
      Vec sum = acc[0][kx];
#pragma GCC unroll 4
      for (int chain = 1; chain < chains; ++chain) sum = sum + acc[chain][kx];
      sums[ky * K + kx] = sum;
    }
  }
  addLaneSums<K * K>(sums, gradient);
}

template <class G>
void depthwiseSourceGradient(const PaddedRows& dd, int ddHeight, const float* weight, const PaddedRows& z, int yBegin,
                             int yEnd, const SourceGradientSink& sink) {
  for (int y = yBegin; y < yEnd; ++y) {
    TapRows taps;
    for (int ky = 0; ky < G::kernel; ++ky) {
      const int oy = y + G::padding - ky * G::dilation;
      if (oy < 0 || oy % G::stride != 0 || oy / G::stride >= ddHeight) continue;
      taps.line[taps.count] = dd.line(oy / G::stride, 0);
      taps.weight[taps.count++] = weight + ky * G::kernel;
    }
    const std::int64_t row = static_cast<std::int64_t>(y) * z.width * kLanes;
    const float* zRow = z.line(y, 0);
    static_assert(kDepthwiseRun % G::stride == 0, "runs start where the stride divides");
    forRuns<kDepthwiseRun>(z.width, [&](auto run, int x) {
      constexpr int R = decltype(run)::value;
#pragma GCC unroll 16
      for (int r = 0; r < R; ++r) {
        __builtin_prefetch(sink.g + row + (x + r + kWriteAhead) * kLanes, 1, 2);
      }
      for (int half = 0; half < kHalves; ++half) {
        Vec acc[R];
#pragma GCC unroll 16
        for (int r = 0; r < R; ++r) acc[r] = zero();
#pragma GCC unroll 1
        for (int t = 0; t < taps.count; ++t) {
          correlateTransposed<G, R>(taps.line[t] + x / G::stride * kLanes + half * kVec, taps.weight[t], acc);
        }
        const int offset = x * kLanes + half * kVec;
        if (sink.relu) {
#pragma GCC unroll 16
          for (int r = 0; r < R; ++r) acc[r] = wherePositive(acc[r], load(zRow + offset + r * kLanes));
        }
        if (sink.relu6) {
#pragma GCC unroll 16
          for (int r = 0; r < R; ++r) acc[r] = whereBelow6(acc[r], load(zRow + offset + r * kLanes));
        }
        float* g = sink.g + row + offset;
        if (sink.accumulate) {
#pragma GCC unroll 16
          for (int r = 0; r < R; ++r) acc[r] = acc[r] + load(g + r * kLanes);
        }
        if (sink.sum != nullptr) {
          const Vec pivot = load(sink.x + half * kVec);
          // Four chains each: one would take longer than the convolution.
          Vec sum[4] = {load(sink.sum + half * kVec), zero(), zero(), zero()};
          Vec sumX[4] = {load(sink.sumX + half * kVec), zero(), zero(), zero()};
#pragma GCC unroll 16
          for (int r = 0; r < R; ++r) {
            sum[r % 4] = sum[r % 4] + acc[r];
            sumX[r % 4] = fma(acc[r], load(sink.x + row + offset + r * kLanes) - pivot, sumX[r % 4]);
          }
          store(sink.sum + half * kVec, (sum[0] + sum[1]) + (sum[2] + sum[3]));
          store(sink.sumX + half * kVec, (sumX[0] + sumX[1]) + (sumX[2] + sumX[3]));
        }
#pragma GCC unroll 16
        for (int r = 0; r < R; ++r) store(g + r * kLanes, acc[r]);
      }
    });
  }
}

template <int K, int S, int D>
constexpr DepthwiseRows depthwiseOf() {
  using G = Geometry<K, S, D>;
  return {depthwiseRows<G>, depthwiseWeightGradient<G>, depthwiseSourceGradient<G>};
}

}  // namespace nao::kernels::NAO_ISA
