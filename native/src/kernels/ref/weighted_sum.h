// Reference weighted sum of candidates: see kernels.h.
#pragma once

#include <cstdint>

#include "kernels/kernels.h"

namespace nao::kernels::ref {

std::int64_t scratchFloats(const WeightedSum& p);
void run(const WeightedSum& p, int item, float* scratch);
std::int64_t scratchFloats(const WeightedSumBackward& p);
void run(const WeightedSumBackward& p, int item, float* scratch);

}  // namespace nao::kernels::ref
