// The weights of weighted sums and their gradients: see kernels.h.
#pragma once

#include <cstdint>

#include "kernels/kernels.h"

namespace nao::kernels::ref {

std::int64_t scratchFloats(const Mixture& p);
void run(const Mixture& p, int item, float* scratch);
std::int64_t scratchFloats(const MixtureBackward& p);
void run(const MixtureBackward& p, int item, float* scratch);

}  // namespace nao::kernels::ref
