// The CUDA kernels as one more backend of the kernel tests: an item is a launch of one block of emulated threads.
#pragma once

#include "kernels/kernels.h"

namespace tensors {

/// The backward of separable convolutions is the two calls that plans for GPUs have in its place.
const nao::kernels::KernelTable& cudaBackend();

}  // namespace tensors
