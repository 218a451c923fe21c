// Reference sum of weight gradients over blocks: see kernels.h.
#pragma once

#include <cstdint>

#include "kernels/kernels.h"

namespace nao::kernels::ref {

std::int64_t reduceGradientScratch(const ReduceGradient& p);
void reduceGradient(const ReduceGradient& p, int item, float* scratch);

}  // namespace nao::kernels::ref
