// Reference fully connected layer: see kernels.h.
#pragma once

#include <cstdint>

#include "kernels/kernels.h"

namespace nao::kernels::ref {

std::int64_t linearScratch(const Linear& p);
void linear(const Linear& p, int item, float* scratch);
std::int64_t linearBackwardScratch(const LinearBackward& p);
void linearBackward(const LinearBackward& p, int item, float* scratch);

}  // namespace nao::kernels::ref
