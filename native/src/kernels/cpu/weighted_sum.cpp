// Memory-bound: every term is read once and the sum written once. z is linear in x, so a term is one multiply-add with
// the factor weight * scale, and all terms' shifts together are one constant of the channel.
#include "kernels/cpu/weighted_sum.h"

#include <algorithm>

#include "kernels/cpu/access.h"

namespace nao::kernels::NAO_ISA {
namespace {

constexpr int kChunk = 32 * kLanes;  // floats of the sum that stay in L1 while the terms go by
constexpr int kTogether = 4;         // terms added between a load and a store of the sum

float factorOf(const WeightedTerm& term, int channel) {
  return term.src.scale ? *term.weight * term.src.scale[channel] : *term.weight;
}
float constantOf(const WeightedTerm& term, int channel) {
  return term.src.scale ? *term.weight * term.src.shift[channel] : 0.0f;
}

/// dst += factor * x for kCount terms.
template <int kCount>
void addTerms(const WeightedTerm* terms, int block, int channel, int first, int count, float* dst) {
  const float* x[kCount];
  Vec factor[kCount];
  for (int t = 0; t < kCount; ++t) {
    x[t] = terms[t].src.x.plane(block, channel) + first;
    factor[t] = broadcast(factorOf(terms[t], channel));
  }
  for (int i = 0; i < count; i += kVec) {
    Vec sum = load(dst + i);
#pragma GCC unroll 4
    for (int t = 0; t < kCount; ++t) sum = fma(factor[t], load(x[t] + i), sum);
    store(dst + i, sum);
  }
}

}  // namespace

std::int64_t scratchFloats(const WeightedSum&) { return 0; }

void run(const WeightedSum& p, int block, float*) {
  const int total = p.dst.height * p.dst.width * kLanes;
  for (int c = 0; c < p.dst.channels; ++c) {
    float constant = 0;
    for (int t = 0; t < p.termCount; ++t) constant += constantOf(p.terms[t], c);
    for (int first = 0; first < total; first += kChunk) {
      const int count = std::min(kChunk, total - first);
      float* dst = p.dst.plane(block, c) + first;
      std::fill_n(dst, count, constant);
      int t = 0;
      for (; t + kTogether <= p.termCount; t += kTogether)
        addTerms<kTogether>(p.terms + t, block, c, first, count, dst);
      for (; t < p.termCount; ++t) addTerms<1>(p.terms + t, block, c, first, count, dst);
    }
  }
}

std::int64_t scratchFloats(const WeightedSumBackward&) { return 0; }

void run(const WeightedSumBackward& p, int block, float*) {
  const WeightedSum& f = p.forward;
  const int total = p.g.height * p.g.width * kLanes;
  for (int c = 0; c < p.g.channels; ++c) {
    const float* g = p.g.plane(block, c);
    for (int t = 0; t < f.termCount; ++t) {
      if (!p.gradients[t].g.data) continue;
      const Vec weight = broadcast(*f.terms[t].weight);
      float* dst = p.gradients[t].g.plane(block, c);
      for (int i = 0; i < total; i += kVec) leave(dst + i, p.gradients[t].accumulate, weight * load(g + i));
    }
  }
}

}  // namespace nao::kernels::NAO_ISA
