// Every call of the CUDA runtime goes through NAO_CUDA: where one fails, the error has its text, its place, the device
// and what CUDA says.
#pragma once

#include "kernels/cuda/shim/runtime.h"

namespace nao::model {

/// Throws Error(NAO_NO_MEMORY) or Error(NAO_INTERNAL) unless `error` is cudaSuccess.
void checkCuda(cudaError_t error, int device, const char* call, const char* file, int line);

}  // namespace nao::model

#define NAO_CUDA(device, call) ::nao::model::checkCuda(call, device, #call, __FILE__, __LINE__)
