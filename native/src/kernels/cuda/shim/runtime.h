// The CUDA runtime as the host calls it, for headers and sources without device code. The C++ compiler compiles those:
// in a build with CUDA (NAO_CUDA_RUNTIME) over the toolkit's header, otherwise over the emulation.
#pragma once

#if defined(__CUDACC__) || defined(NAO_CUDA_RUNTIME)
#include <cuda_runtime_api.h>
#else
#include "emulated/runtime_api.h"
#endif
