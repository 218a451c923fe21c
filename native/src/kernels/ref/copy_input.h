// Reference copy of explicit images into the layout: see kernels.h.
#pragma once

#include <cstdint>

#include "kernels/kernels.h"

namespace nao::kernels::ref {

std::int64_t scratchFloats(const CopyInput& p);
void run(const CopyInput& p, int item, float* scratch);

}  // namespace nao::kernels::ref
