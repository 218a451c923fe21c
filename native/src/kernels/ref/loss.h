// Reference softmax cross-entropy: see kernels.h.
#pragma once

#include <cstdint>

#include "kernels/kernels.h"

namespace nao::kernels::ref {

std::int64_t scratchFloats(const Loss& p);
void run(const Loss& p, int item, float* scratch);

}  // namespace nao::kernels::ref
