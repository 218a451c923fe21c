// Reference SGD with momentum: see kernels.h.
#pragma once

#include <cstdint>

#include "kernels/kernels.h"

namespace nao::kernels::ref {

std::int64_t scratchFloats(const Sgd& p);
void run(const Sgd& p, int item, float* scratch);

}  // namespace nao::kernels::ref
