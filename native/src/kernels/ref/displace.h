// Reference displacement of parameters: see kernels.h.
#pragma once

#include <cstdint>

#include "kernels/kernels.h"

namespace nao::kernels::ref {

std::int64_t scratchFloats(const Displace& p);
void run(const Displace& p, int item, float* scratch);

}  // namespace nao::kernels::ref
