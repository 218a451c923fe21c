// The tensor core ceilings of a GPU, with the instructions that the kernels use.
#pragma once

#include <cstdint>

#include "kernels/cuda/shim/runtime.h"

namespace nao::kernels::cuda {

/// Floating-point operations of one launch.
std::int64_t tensorPeakOperations(bool bf16, int multiprocessors, int iterations);
/// Independent products of fragments in registers on all multiprocessors, tf32 or bf16. `sink` has room for one float.
cudaError_t launchTensorPeak(bool bf16, int multiprocessors, int iterations, float* sink, cudaStream_t stream);

}  // namespace nao::kernels::cuda
