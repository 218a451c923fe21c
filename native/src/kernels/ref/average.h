// Reference moving average: see kernels.h.
#pragma once

#include <cstdint>

#include "kernels/kernels.h"

namespace nao::kernels::ref {

std::int64_t scratchFloats(const Average& p);
void run(const Average& p, int item, float* scratch);

}  // namespace nao::kernels::ref
