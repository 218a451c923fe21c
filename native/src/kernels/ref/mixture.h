// The weights of weighted sums and their gradients: see kernels.h.
#pragma once

#include <cstdint>

#include "kernels/kernels.h"

namespace nao::kernels::ref {

std::int64_t mixtureScratch(const Mixture& p);
void mixture(const Mixture& p, int item, float* scratch);
std::int64_t mixtureBackwardScratch(const MixtureBackward& p);
void mixtureBackward(const MixtureBackward& p, int item, float* scratch);

}  // namespace nao::kernels::ref
