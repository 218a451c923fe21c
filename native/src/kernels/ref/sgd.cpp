#include "kernels/ref/sgd.h"

namespace nao::kernels::ref {
namespace {

/// One branch-free loop per combination, which the compiler vectorises.
template <bool kGradient, bool kNesterov>
void update(const Sgd& p) {
  float* __restrict value = p.value;
  float* __restrict momentumBuffer = p.momentumBuffer;
  const float* __restrict gradient = p.gradient;
  const float clipScale = p.clipScale, rate = p.learningRate, momentum = p.momentum, decay = p.weightDecay;
  for (std::int64_t i = 0; i < p.count; ++i) {
    float d = decay * value[i];
    if (kGradient) d += clipScale * gradient[i];
    const float m = momentum * momentumBuffer[i] + d;
    momentumBuffer[i] = m;
    value[i] -= rate * (kNesterov ? d + momentum * m : m);
  }
}

}  // namespace

std::int64_t sgdScratch(const Sgd&) { return 0; }

void sgd(const Sgd& p, int, float*) {
  if (p.gradient)
    p.nesterov ? update<true, true>(p) : update<true, false>(p);
  else
    p.nesterov ? update<false, true>(p) : update<false, false>(p);
}

double sumOfSquares(const float* x, std::int64_t count) {
  // Independent partial sums: a single one would be a chain of additions, which the compiler may not reorder.
  constexpr int kSums = 8;
  double sums[kSums] = {};
  std::int64_t i = 0;
  for (; i + kSums <= count; i += kSums)
    for (int j = 0; j < kSums; ++j) sums[j] += static_cast<double>(x[i + j]) * x[i + j];
  for (; i < count; ++i) sums[0] += static_cast<double>(x[i]) * x[i];
  double total = 0;
  for (double sum : sums) total += sum;
  return total;
}

}  // namespace nao::kernels::ref
