// Plain separable convolution, forward and backward, the truth for tests: see SepConv and what follows it in
// kernels/kernels.h.
#pragma once

#include <cstdint>

#include "kernels/kernels.h"

namespace nao::kernels::ref {

/// Floats of private memory one item needs.
std::int64_t scratchFloats(const SepConv& parameters);
/// One block of 16 images.
void run(const SepConv& parameters, int item, float* scratch);

std::int64_t scratchFloats(const SepConvBackward& parameters);
void run(const SepConvBackward& parameters, int item, float* scratch);

}  // namespace nao::kernels::ref
