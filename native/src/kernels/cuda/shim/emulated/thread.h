// What kernel code may ask about its own thread.
#pragma once

#include "keywords.h"

namespace nao::cuda::emulation {

struct ThreadContext {
  uint3 thread;
  uint3 block;
  dim3 blockSize;
  dim3 gridSize;
};

/// The thread that runs now; null outside kernels.
extern ThreadContext* current;

}  // namespace nao::cuda::emulation

#define threadIdx (::nao::cuda::emulation::current->thread)
#define blockIdx (::nao::cuda::emulation::current->block)
#define blockDim (::nao::cuda::emulation::current->blockSize)
#define gridDim (::nao::cuda::emulation::current->gridSize)
