// Reference gradient sums of batch normalisations: see kernels.h.
#pragma once

#include <cstdint>

#include "kernels/kernels.h"

namespace nao::kernels::ref {

std::int64_t scratchFloats(const GradientSums& p);
void run(const GradientSums& p, int item, float* scratch);

}  // namespace nao::kernels::ref
