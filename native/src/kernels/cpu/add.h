// Fast weighted addition: see kernels.h.
#pragma once

#include <cstdint>

#include "kernels/kernels.h"

namespace nao::kernels::NAO_ISA {

std::int64_t scratchFloats(const Add& p);
void run(const Add& p, int item, float* scratch);
std::int64_t scratchFloats(const AddBackward& p);
void run(const AddBackward& p, int item, float* scratch);

}  // namespace nao::kernels::NAO_ISA
