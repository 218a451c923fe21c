#include "kernels/ref/adam.h"

#include <cmath>

namespace nao::kernels::ref {

std::int64_t scratchFloats(const Adam&) { return 0; }

void run(const Adam& p, int item, float*) {
  if (!p.clip->finite) return;
  const Range& range = p.ranges[item];
  float* __restrict value = p.value + range.offset;
  float* __restrict first = p.first + range.offset;
  float* __restrict second = p.second + range.offset;
  const float* __restrict gradient = p.gradient + range.offset;
  const float scale = p.clip->scale, rate = p.rate, decay = p.weightDecay;
  const float beta1 = p.beta1, beta2 = p.beta2, root = p.rootOfCorrection, epsilon = p.epsilon;
  for (std::int64_t i = 0; i < range.count; ++i) {
    const float g = scale * gradient[i] + decay * value[i];
    const float m = beta1 * first[i] + (1 - beta1) * g;
    const float v = beta2 * second[i] + (1 - beta2) * g * g;
    first[i] = m;
    second[i] = v;
    value[i] -= rate * m / (std::sqrt(v) / root + epsilon);
  }
}

}  // namespace nao::kernels::ref
