#include "kernels/ref/sgd.h"

namespace nao::kernels::ref {
namespace {

/// One branch-free loop per combination, which the compiler vectorises.
template <bool kGradient, bool kNesterov, bool kMovingOnly>
void update(const Sgd& p, float clipScale) {
  float* __restrict value = p.value;
  float* __restrict momentumBuffer = p.momentumBuffer;
  const float* __restrict gradient = p.gradient;
  const float rate = p.learningRate, momentum = p.momentum, decay = p.weightDecay;
  for (std::int64_t i = 0; i < p.count; ++i) {
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

void run(const Sgd& p, int, float*) {
  if (p.clip && !p.clip->finite) return;
  const float clipScale = p.clip ? p.clip->scale : p.clipScale;
  if (p.gradient)
    p.nesterov ? update<true, true, false>(p, clipScale) : update<true, false, false>(p, clipScale);
  else if (p.movingOnly)
    p.nesterov ? update<false, true, true>(p, clipScale) : update<false, false, true>(p, clipScale);
  else
    p.nesterov ? update<false, true, false>(p, clipScale) : update<false, false, false>(p, clipScale);
}

}  // namespace nao::kernels::ref
