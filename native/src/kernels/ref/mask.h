// Reference drawing of masks: see kernels.h.
#pragma once

#include <cstdint>

#include "kernels/kernels.h"

namespace nao::kernels::ref {

std::int64_t scratchFloats(const MaskDraw& p);
void run(const MaskDraw& p, int item, float* scratch);

}  // namespace nao::kernels::ref
