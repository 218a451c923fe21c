// Reference SGD with momentum: see kernels.h.
#pragma once

#include <cstdint>

#include "kernels/kernels.h"

namespace nao::kernels::ref {

std::int64_t sgdScratch(const Sgd& p);
void sgd(const Sgd& p, int item, float* scratch);

/// Sum of x * x in double.
double sumOfSquares(const float* x, std::int64_t count);

}  // namespace nao::kernels::ref
