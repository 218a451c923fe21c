// Plain separable convolution, forward and backward, the truth for tests: see SepConv and what follows it in
// kernels/kernels.h.
#pragma once

#include <cstdint>

#include "kernels/kernels.h"

namespace nao::kernels::ref {

/// Floats of private memory one item needs.
std::int64_t sepConvScratch(const SepConv& parameters);
/// One block of 16 images.
void sepConv(const SepConv& parameters, int item, float* scratch);

std::int64_t sepConvBackwardScratch(const SepConvBackward& parameters);
void sepConvBackward(const SepConvBackward& parameters, int item, float* scratch);

std::int64_t depthwiseBackwardScratch(const DepthwiseBackward& parameters);
void depthwiseBackward(const DepthwiseBackward& parameters, int item, float* scratch);

}  // namespace nao::kernels::ref
