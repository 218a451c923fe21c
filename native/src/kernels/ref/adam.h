// Reference Adam: see families/adam.h.
#pragma once

#include <cstdint>

#include "kernels/kernels.h"

namespace nao::kernels::ref {

std::int64_t scratchFloats(const Adam& p);
void run(const Adam& p, int item, float* scratch);

}  // namespace nao::kernels::ref
