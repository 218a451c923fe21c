#include "kernels/cuda/peak.h"
#include "kernels/cuda/shim/cuda_shim.h"

namespace nao::kernels::cuda {
namespace {

// Eight warps a scheduler and eight chains a thread: more than the latency of a multiply-add needs.
constexpr int kThreadsPerBlock = 256, kBlocksPerMultiprocessor = 4, kChains = 8;

__global__ void peak(int iterations, float* sink) {
  const float start = static_cast<float>(threadIdx.x) * 1e-3f, multiplier = 0.5f;
  float chain[kChains];
  for (int k = 0; k < kChains; ++k) chain[k] = start * static_cast<float>(k + 1);
  for (int i = 0; i < iterations; ++i) {
#pragma unroll
    for (int k = 0; k < kChains; ++k) chain[k] = fmaf(chain[k], multiplier, start);
  }
  float sum = 0;
  for (int k = 0; k < kChains; ++k) sum += chain[k];
  if (sum < 0) *sink = sum;  // never: keeps the chains
}

}  // namespace

std::int64_t peakOperations(int multiprocessors, int iterations) {
  return std::int64_t{2} * kChains * kThreadsPerBlock * kBlocksPerMultiprocessor * multiprocessors * iterations;
}

cudaError_t launchPeak(int multiprocessors, int iterations, float* sink, cudaStream_t stream) {
  return nao::cuda::launch(peak, dim3(static_cast<unsigned>(kBlocksPerMultiprocessor * multiprocessors)),
                           dim3(kThreadsPerBlock), 0, stream, iterations, sink);
}

}  // namespace nao::kernels::cuda
