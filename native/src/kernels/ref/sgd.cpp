#include "kernels/ref/sgd.h"

namespace nao::kernels::ref {
namespace {

/// One branch-free loop per combination, which the compiler vectorises.
template <bool kGradient, bool kNesterov, bool kMovingOnly>
void update(const Sgd& p, const Range& range, float clipScale) {
  float* __restrict value = p.value + range.offset;
  float* __restrict momentumBuffer = p.momentumBuffer + range.offset;
  const float* __restrict gradient = kGradient ? p.gradient + range.offset : nullptr;
  const float rate = p.learningRate, momentum = p.momentum, decay = p.weightDecay;
  for (std::int64_t i = 0; i < range.count; ++i) {
    float d = decay * value[i];
    if (kGradient) d += clipScale * gradient[i];
    if (kMovingOnly && momentumBuffer[i] == 0) d = 0;
    const float m = momentum * momentumBuffer[i] + d;
    momentumBuffer[i] = m;
    value[i] -= rate * (kNesterov ? d + momentum * m : m);
  }
}

}  // namespace

std::int64_t scratchFloats(const Sgd&) { return 0; }

void run(const Sgd& p, int item, float*) {
  if (p.clip && !p.clip->finite) return;
  const Range& range = p.ranges[item];
  const float clipScale = p.clip ? p.clip->scale : p.clipScale;
  if (p.gradient)
    p.nesterov ? update<true, true, false>(p, range, clipScale) : update<true, false, false>(p, range, clipScale);
  else if (p.movingOnly)
    p.nesterov ? update<false, true, true>(p, range, clipScale) : update<false, false, true>(p, range, clipScale);
  else
    p.nesterov ? update<false, true, false>(p, range, clipScale) : update<false, false, false>(p, range, clipScale);
}

}  // namespace nao::kernels::ref
