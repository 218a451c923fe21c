// Reference average and maximum pooling: see kernels.h.
#pragma once

#include <cstdint>

#include "kernels/kernels.h"

namespace nao::kernels::ref {

/// Output pixel (y, x).
double poolOutput(const Pool& p, int n, int c, int y, int x);
std::int64_t scratchFloats(const Pool& p);
void run(const Pool& p, int item, float* scratch);
std::int64_t scratchFloats(const PoolBackward& p);
void run(const PoolBackward& p, int item, float* scratch);

}  // namespace nao::kernels::ref
