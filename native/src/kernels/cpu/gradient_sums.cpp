// Memory-bound: g is read once for all y. The mask is a factor per lane, so it enters only the sums of the lanes.
#include "kernels/cpu/gradient_sums.h"

#include <algorithm>

#include "kernels/cpu/lane_sums.h"

namespace nao::kernels::NAO_ISA {
namespace {

// Lines per partial sum: short enough for g to stay in L1 and for rounding errors to stay small.
constexpr int kChunk = 64;
constexpr int kChains = 4;  // independent accumulators, against the latency of additions

/// total[16] += sum over lines of g, or of g * (y - pivot).
template <bool kProduct>
void addLines(const float* g, const float* y, const float* pivots, int lines, float* total) {
  for (int half = 0; half < kLanes; half += kVec) {
    const Vec pivot = load(pivots + half);
    Vec sum[kChains];
    for (Vec& s : sum) s = zero();
    int i = 0;
    const auto step = [&](int chain) {
      const Vec value = load(g + i * kLanes + half);
      sum[chain] = kProduct ? fma(value, load(y + i * kLanes + half) - pivot, sum[chain]) : sum[chain] + value;
      ++i;
    };
    while (i + kChains <= lines)
      for (int chain = 0; chain < kChains; ++chain) step(chain);
    while (i < lines) step(0);
    store(total + half, load(total + half) + ((sum[0] + sum[1]) + (sum[2] + sum[3])));
  }
}

}  // namespace

std::int64_t scratchFloats(const GradientSums& p) { return static_cast<std::int64_t>(p.termCount + 1) * kLanes; }

void run(const GradientSums& p, int block, float* scratch) {
  const int lanes = lanesInBlock(p.images, block), total = p.g.height * p.g.width;
  float* sum = scratch;
  float* products = scratch + kLanes;
  for (int c = 0; c < p.g.channels; ++c) {
    std::fill_n(scratch, scratchFloats(p), 0.0f);
    for (int first = 0; first < total; first += kChunk) {
      const int lines = std::min(kChunk, total - first);
      const std::int64_t at = static_cast<std::int64_t>(first) * kLanes;
      const float* g = p.g.plane(block, c) + at;
      addLines<false>(g, g, g, lines, sum);
      for (int t = 0; t < p.termCount; ++t) {
        const float* y = p.terms[t].y.plane(block, c);
        addLines<true>(g, y + at, y, lines, products + t * kLanes);
      }
    }
    for (int t = 0; t < p.termCount; ++t) {
      const GradientSumsTerm& term = p.terms[t];
      const float* mask = term.mask ? term.mask + block * kLanes : nullptr;
      gradientTotals(term.y.plane(block, c), sum, products + t * kLanes, mask, lanes).leave(term.sums, block, c);
    }
  }
}

}  // namespace nao::kernels::NAO_ISA
