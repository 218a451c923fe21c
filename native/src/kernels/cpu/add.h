// Fast weighted addition: see kernels.h.
#pragma once

#include <cstdint>

#include "kernels/kernels.h"

namespace nao::kernels::NAO_ISA {

std::int64_t addScratch(const Add& p);
void add(const Add& p, int item, float* scratch);
std::int64_t addBackwardScratch(const AddBackward& p);
void addBackward(const AddBackward& p, int item, float* scratch);

}  // namespace nao::kernels::NAO_ISA
