#include "kernels/ref/average.h"

namespace nao::kernels::ref {

std::int64_t scratchFloats(const Average&) { return 0; }

void run(const Average& p, int item, float*) {
  if (p.clip && !p.clip->finite) return;
  const Range& range = p.ranges[item];
  const float* __restrict value = p.value + range.offset;
  float* __restrict average = p.average + range.offset;
  for (std::int64_t i = 0; i < range.count; ++i) average[i] += p.rate * (value[i] - average[i]);
}

}  // namespace nao::kernels::ref
