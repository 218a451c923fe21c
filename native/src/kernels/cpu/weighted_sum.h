// Fast weighted sum of candidates: see kernels.h.
#pragma once

#include <cstdint>

#include "kernels/kernels.h"

namespace nao::kernels::NAO_ISA {

std::int64_t weightedSumScratch(const WeightedSum& p);
void weightedSum(const WeightedSum& p, int item, float* scratch);
std::int64_t weightedSumBackwardScratch(const WeightedSumBackward& p);
void weightedSumBackward(const WeightedSumBackward& p, int item, float* scratch);

}  // namespace nao::kernels::NAO_ISA
