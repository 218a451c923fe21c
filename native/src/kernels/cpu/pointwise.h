// Fast 1x1 convolution over a concatenation: see kernels.h.
#pragma once

#include <cstdint>

#include "kernels/kernels.h"

namespace nao::kernels::NAO_ISA {

std::int64_t scratchFloats(const Pointwise& p);
void run(const Pointwise& p, int item, float* scratch);
std::int64_t scratchFloats(const PointwiseBackward& p);
void run(const PointwiseBackward& p, int item, float* scratch);

}  // namespace nao::kernels::NAO_ISA
