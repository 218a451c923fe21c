// Fast depthwise convolution, forward and backward: see Depthwise and DepthwiseBackward in kernels/kernels.h.
#pragma once

#include <cstdint>

#include "kernels/kernels.h"

namespace nao::kernels::NAO_ISA {

/// Floats of private memory one item needs.
std::int64_t scratchFloats(const Depthwise& parameters);
/// One block of 16 images.
void run(const Depthwise& parameters, int item, float* scratch);

std::int64_t scratchFloats(const DepthwiseBackward& parameters);
void run(const DepthwiseBackward& parameters, int item, float* scratch);

}  // namespace nao::kernels::NAO_ISA
