// Reference drawing of masks: see kernels.h.
#pragma once

#include <cstdint>

#include "kernels/kernels.h"

namespace nao::kernels::ref {

std::int64_t maskScratch(const MaskDraw& p);
void mask(const MaskDraw& p, int item, float* scratch);

}  // namespace nao::kernels::ref
