// Runs one item of a bound call on a kernel table.
#pragma once

#include "kernels/kernels.h"
#include "model/binding.h"

namespace nao::model {

/// Floats of private memory an item needs.
std::int64_t scratchFloats(const kernels::KernelTable& table, const KernelCall& call);
void runItem(const kernels::KernelTable& table, const KernelCall& call, int item, float* scratch);

}  // namespace nao::model
