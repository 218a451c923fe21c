#include "kernels/cuda/shim/cuda_shim.h"
#include "kernels/cuda/unit/chains.h"
#include "kernels/cuda/unit/layout.h"

namespace nao::kernels::cuda::unit {
namespace {

constexpr std::size_t kSharedBytes = std::size_t{200} * 1024;

__global__ void __launch_bounds__(kThreads, 1) link() {
  nao::cuda::letNextStart();
  nao::cuda::waitForPrevious();
}

}  // namespace

cudaError_t launchChain(int links, int blocks, cudaStream_t stream) {
  for (int i = 0; i < links; ++i) {
    const cudaError_t error =
        nao::cuda::launchFollowing<link>(dim3(static_cast<unsigned>(blocks)), dim3(kThreads), kSharedBytes, stream);
    if (error != cudaSuccess) return error;
  }
  return cudaSuccess;
}

}  // namespace nao::kernels::cuda::unit
