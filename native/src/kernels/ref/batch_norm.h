// Reference batch normalisation, from sums to scale and shift and from gradient sums to coefficients: see kernels.h.
#pragma once

#include <cstdint>

#include "kernels/kernels.h"

namespace nao::kernels::ref {

std::int64_t batchNormScratch(const BatchNorm& p);
void batchNorm(const BatchNorm& p, int item, float* scratch);
std::int64_t batchNormBackwardScratch(const BatchNormBackward& p);
void batchNormBackward(const BatchNormBackward& p, int item, float* scratch);

}  // namespace nao::kernels::ref
