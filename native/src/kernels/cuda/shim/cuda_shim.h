// The one include of every CUDA source. Under nvcc it is CUDA; under g++ the same source runs on the CPU, one fiber per
// CUDA thread, and can be checked for races and uninitialised memory (README.md beside the kernels has the rules).
//
// CUDA's own names keep their meaning: threadIdx, __syncthreads, __shfl_*_sync, atomicAdd, float4, cudaMalloc, ...
// What CUDA spells with <<<>>>, keywords or inline PTX has a name in nao::cuda:
//
//   launch(kernel, grid, block, sharedBytes, stream, arguments...)   returns cudaError_t
//   launchCount()                                 kernels launched by this process so far
//   SHARED(float, tile, [8][33]);                 a variable in shared memory, aligned to 16 bytes
//   DYNAMIC_SHARED(float, buffer);                the `sharedBytes` of the launch
//   inDeviceMemory(pointer)                       the same, known not to be of shared memory
//   reciprocal(x)                                 the hardware's, off by 2^-22 of itself at most
//   lastToArrive(arrived, count);                 among the blocks of a launch
//   copyAsync<16>(dst, src); copyAsyncCommit(); copyAsyncWait<groups>();   cp.async from global to shared memory
//   multiplyAddTf32(d, a, b); multiplyAddBf16(d, a, b); toTf32(x)          tensor cores; fragments.h has the layouts
//   loadMatrices(r, row); loadMatricesTransposed(r, row)                   ldmatrix x4
#pragma once

#ifdef __CUDACC__
#include "nvidia.h"
#else
#include "emulated/asynchronous_copy.h"
#include "emulated/bfloat16.h"
#include "emulated/intrinsics.h"
#include "emulated/keywords.h"
#include "emulated/launch.h"
#include "emulated/runtime_api.h"
#include "emulated/tensor_core.h"
#endif
#include "fragments.h"
#include "last_block.h"
