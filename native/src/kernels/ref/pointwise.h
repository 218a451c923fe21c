// Reference 1x1 convolution over a concatenation: see kernels.h.
#pragma once

#include <cstdint>

#include "kernels/kernels.h"

namespace nao::kernels::ref {

std::int64_t pointwiseScratch(const Pointwise& p);
void pointwise(const Pointwise& p, int item, float* scratch);
std::int64_t pointwiseBackwardScratch(const PointwiseBackward& p);
void pointwiseBackward(const PointwiseBackward& p, int item, float* scratch);

}  // namespace nao::kernels::ref
