// Fast global average pooling: see kernels.h.
#pragma once

#include <cstdint>

#include "kernels/kernels.h"

namespace nao::kernels::NAO_ISA {

std::int64_t scratchFloats(const GlobalPool& p);
void run(const GlobalPool& p, int item, float* scratch);
std::int64_t scratchFloats(const GlobalPoolBackward& p);
void run(const GlobalPoolBackward& p, int item, float* scratch);

}  // namespace nao::kernels::NAO_ISA
