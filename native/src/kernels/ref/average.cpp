#include "kernels/ref/average.h"

namespace nao::kernels::ref {

std::int64_t scratchFloats(const Average&) { return 0; }

void run(const Average& p, int, float*) {
  if (p.clip && !p.clip->finite) return;
  const float* __restrict value = p.value;
  float* __restrict average = p.average;
  for (std::int64_t i = 0; i < p.count; ++i) average[i] += p.rate * (value[i] - average[i]);
}

}  // namespace nao::kernels::ref
