// Fast augmentation and normalisation of images: see kernels.h.
#pragma once

#include <cstdint>

#include "kernels/kernels.h"

namespace nao::kernels::NAO_ISA {

std::int64_t scratchFloats(const Augment& p);
void run(const Augment& p, int item, float* scratch);

}  // namespace nao::kernels::NAO_ISA
