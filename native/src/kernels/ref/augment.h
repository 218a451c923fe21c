// Reference augmentation and normalisation of images: see kernels.h.
#pragma once

#include <cstdint>

#include "kernels/kernels.h"

namespace nao::kernels::ref {

std::int64_t scratchFloats(const Augment& p);
void run(const Augment& p, int item, float* scratch);

}  // namespace nao::kernels::ref
