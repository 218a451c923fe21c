// The error that cudaGetLastError() returns.
#pragma once

#include "runtime_api.h"

namespace nao::cuda::emulation {

/// Returns `error`; keeps it if it is the first one.
cudaError_t remember(cudaError_t error);

}  // namespace nao::cuda::emulation
