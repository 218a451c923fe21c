// Fast separable convolution, forward and backward: see SepConv and SepConvBackward in kernels/kernels.h.
#pragma once

#include <cstdint>

#include "kernels/kernels.h"

namespace nao::kernels::NAO_ISA {

/// Floats of private memory one item needs.
std::int64_t scratchFloats(const SepConv& parameters);
/// One block of 16 images.
void run(const SepConv& parameters, int item, float* scratch);

std::int64_t scratchFloats(const SepConvBackward& parameters);
void run(const SepConvBackward& parameters, int item, float* scratch);

}  // namespace nao::kernels::NAO_ISA
