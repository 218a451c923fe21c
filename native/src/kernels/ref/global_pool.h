// Reference global average pooling: see kernels.h.
#pragma once

#include <cstdint>

#include "kernels/kernels.h"

namespace nao::kernels::ref {

std::int64_t globalPoolScratch(const GlobalPool& p);
void globalPool(const GlobalPool& p, int item, float* scratch);
std::int64_t globalPoolBackwardScratch(const GlobalPoolBackward& p);
void globalPoolBackward(const GlobalPoolBackward& p, int item, float* scratch);

}  // namespace nao::kernels::ref
