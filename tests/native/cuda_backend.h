// The CUDA kernels as one more backend of the kernel tests: an item is a launch of one block of emulated threads.
#pragma once

#include "kernels/kernels.h"

namespace tensors {

/// Families that CUDA does not have are null.
const nao::kernels::KernelTable& cudaBackend();

}  // namespace tensors
