// Fast average and maximum pooling: see kernels.h.
#pragma once

#include <cstdint>

#include "kernels/kernels.h"

namespace nao::kernels::NAO_ISA {

std::int64_t scratchFloats(const Pool& p);
void run(const Pool& p, int item, float* scratch);
std::int64_t scratchFloats(const PoolBackward& p);
void run(const PoolBackward& p, int item, float* scratch);

}  // namespace nao::kernels::NAO_ISA
