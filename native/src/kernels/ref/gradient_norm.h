// Reference norm of the gradients and its clip: see kernels.h.
#pragma once

#include <cstdint>

#include "kernels/kernels.h"

namespace nao::kernels::ref {

std::int64_t scratchFloats(const SumOfSquares& p);
void run(const SumOfSquares& p, int item, float* scratch);
std::int64_t scratchFloats(const GradientClip& p);
void run(const GradientClip& p, int item, float* scratch);

}  // namespace nao::kernels::ref
