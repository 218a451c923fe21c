// Reference sum of weight gradients over blocks: see kernels.h.
#pragma once

#include <cstdint>

#include "kernels/kernels.h"

namespace nao::kernels::ref {

std::int64_t scratchFloats(const ReduceGradient& p);
void run(const ReduceGradient& p, int item, float* scratch);

}  // namespace nao::kernels::ref
