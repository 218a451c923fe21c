// Launches that follow each other with nothing to do: what a level of a step costs at least as a launch.
#pragma once

#include "kernels/cuda/shim/runtime.h"

namespace nao::kernels::cuda::unit {

/// `links` launches of `blocks` blocks with the threads and the shared memory of a unit operation, each of which may
/// start while the one before it ends.
cudaError_t launchChain(int links, int blocks, cudaStream_t stream);

}  // namespace nao::kernels::cuda::unit
