// The multiply-add ceiling of a GPU.
#pragma once

#include <cstdint>

#include "kernels/cuda/shim/runtime.h"

namespace nao::kernels::cuda {

/// Floating-point operations of one launchPeak.
std::int64_t peakOperations(int multiprocessors, int iterations);
/// Independent multiply-adds in registers on all multiprocessors. `sink` has room for one float.
cudaError_t launchPeak(int multiprocessors, int iterations, float* sink, cudaStream_t stream);

}  // namespace nao::kernels::cuda
