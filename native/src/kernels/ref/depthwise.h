// Plain depthwise convolution, forward and backward, the truth for tests: see Depthwise and DepthwiseBackward in
// kernels/kernels.h.
#pragma once

#include <cstdint>

#include "kernels/kernels.h"

namespace nao::kernels::ref {

std::int64_t scratchFloats(const Depthwise& parameters);
/// One block of 16 images.
void run(const Depthwise& parameters, int item, float* scratch);

std::int64_t scratchFloats(const DepthwiseBackward& parameters);
void run(const DepthwiseBackward& parameters, int item, float* scratch);

}  // namespace nao::kernels::ref
