// Fast dense convolution: see kernels.h.
#pragma once

#include <cstdint>

#include "kernels/kernels.h"

namespace nao::kernels::NAO_ISA {

std::int64_t convScratch(const Conv& p);
void conv(const Conv& p, int item, float* scratch);
std::int64_t convBackwardScratch(const ConvBackward& p);
void convBackward(const ConvBackward& p, int item, float* scratch);

}  // namespace nao::kernels::NAO_ISA
