// The one way in which blocks of a launch hand results on: the last of them goes on with what all have written.
#pragma once

namespace nao::cuda {

/// Called once by all threads of each of `count` blocks, with the address of the same number, which is 0 before: true
/// on the threads of the block that comes last. Everything that the blocks wrote before is visible to it then.
__device__ inline bool lastToArrive(int* arrived, int count) {
  SHARED(bool, last, );
  __syncthreads();
  if (threadIdx.x == 0) {
    __threadfence();
    last = atomicAdd(arrived, 1) == count - 1;
    __threadfence();
  }
  __syncthreads();
  return last;
}

}  // namespace nao::cuda
