// Reference batch normalisation, from sums to scale and shift and from gradient sums to coefficients: see kernels.h.
#pragma once

#include <cstdint>

#include "kernels/kernels.h"

namespace nao::kernels::ref {

std::int64_t scratchFloats(const BatchNorm& p);
void run(const BatchNorm& p, int item, float* scratch);
std::int64_t scratchFloats(const BatchNormBackward& p);
void run(const BatchNormBackward& p, int item, float* scratch);

}  // namespace nao::kernels::ref
