// Whether a library computes a call like our own kernel, and who is faster: both on the same random operands.
#pragma once

#include "kernels/cuda/shim/runtime.h"
#include "model/cuda/cuda_device.h"
#include "model/libraries/choices.h"
#include "model/library_call.h"

namespace nao::model {

/// Waits for the device. The operands have the call's shapes and memory of their own. A library that disagrees, or
/// fails, is not chosen, and that is said on standard error.
Choice tryLibrary(CudaDevice& device, ProductLibrary& library, const KernelCall& call, nao_precision precision,
                  const float* zeros, const Workspace& workspace, cudaStream_t stream);

}  // namespace nao::model
