// Reference average and maximum pooling: see kernels.h.
#pragma once

#include <cstdint>

#include "kernels/kernels.h"

namespace nao::kernels::ref {

/// Output pixel (y, x).
double poolOutput(const Pool& p, int n, int c, int y, int x);
std::int64_t poolScratch(const Pool& p);
void pool(const Pool& p, int item, float* scratch);
std::int64_t poolBackwardScratch(const PoolBackward& p);
void poolBackward(const PoolBackward& p, int item, float* scratch);

}  // namespace nao::kernels::ref
