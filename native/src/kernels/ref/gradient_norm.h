// Reference norm of the gradients and its clip: see kernels.h.
#pragma once

#include <cstdint>

#include "kernels/kernels.h"

namespace nao::kernels::ref {

std::int64_t sumOfSquaresScratch(const SumOfSquares& p);
void sumOfSquares(const SumOfSquares& p, int item, float* scratch);
std::int64_t gradientClipScratch(const GradientClip& p);
void gradientClip(const GradientClip& p, int item, float* scratch);

}  // namespace nao::kernels::ref
