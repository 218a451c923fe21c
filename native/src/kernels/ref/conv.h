// Reference dense convolution: see kernels.h.
#pragma once

#include <cstdint>

#include "kernels/kernels.h"

namespace nao::kernels::ref {

std::int64_t scratchFloats(const Conv& p);
void run(const Conv& p, int item, float* scratch);
std::int64_t scratchFloats(const ConvBackward& p);
void run(const ConvBackward& p, int item, float* scratch);

}  // namespace nao::kernels::ref
