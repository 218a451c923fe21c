// Reference SGD with momentum: see kernels.h.
#pragma once

#include <cstdint>

#include "kernels/kernels.h"

namespace nao::kernels::ref {

std::int64_t sgdScratch(const Sgd& p);
void sgd(const Sgd& p, int item, float* scratch);

}  // namespace nao::kernels::ref
