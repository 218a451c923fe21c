// Reference softmax cross-entropy: see kernels.h.
#pragma once

#include <cstdint>

#include "kernels/kernels.h"

namespace nao::kernels::ref {

std::int64_t lossScratch(const Loss& p);
void loss(const Loss& p, int item, float* scratch);

}  // namespace nao::kernels::ref
