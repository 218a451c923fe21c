// Reference fully connected layer: see kernels.h.
#pragma once

#include <cstdint>

#include "kernels/kernels.h"

namespace nao::kernels::ref {

std::int64_t scratchFloats(const Linear& p);
void run(const Linear& p, int item, float* scratch);
std::int64_t scratchFloats(const LinearBackward& p);
void run(const LinearBackward& p, int item, float* scratch);

}  // namespace nao::kernels::ref
