#include "kernels/cuda/shim/cuda_shim.h"
#include "kernels/cuda/tensor_peak.h"

namespace nao::kernels::cuda {
namespace {

// Four warps a scheduler with eight independent products each.
constexpr int kThreadsPerBlock = 256, kBlocksPerMultiprocessor = 2, kChains = 8, kLanesPerWarp = 32;
constexpr std::int64_t kTf32Operations = 2 * 16 * 8 * 8, kBf16Operations = 2 * 16 * 8 * 16;  // of one product

template <bool kBf16>
__global__ void tensorPeak(int iterations, float* sink) {
  std::uint32_t a[4], b[2];
  // Small numbers of both signs: sums stay small, and no bit pattern is all zero.
  const float value = static_cast<float>(threadIdx.x % 7) * 1e-3f - 2.9e-3f;
  for (int i = 0; i < 4; ++i) a[i] = kBf16 ? 0x3a83ba83u + static_cast<unsigned>(i) : nao::cuda::toTf32(value);
  for (int i = 0; i < 2; ++i) b[i] = kBf16 ? 0xba833a83u + static_cast<unsigned>(i) : nao::cuda::toTf32(value + 1e-3f);
  float chain[kChains][4];
  for (int k = 0; k < kChains; ++k)
    for (int i = 0; i < 4; ++i) chain[k][i] = static_cast<float>(k);
  for (int i = 0; i < iterations; ++i) {
#pragma unroll
    for (int k = 0; k < kChains; ++k) {
      if constexpr (kBf16)
        nao::cuda::multiplyAddBf16(chain[k], a, b);
      else
        nao::cuda::multiplyAddTf32(chain[k], a, b);
    }
  }
  float sum = 0;
  for (int k = 0; k < kChains; ++k)
    for (int i = 0; i < 4; ++i) sum += chain[k][i];
  if (sum == -1e30f) *sink = sum;  // never: keeps the chains
}

}  // namespace

std::int64_t tensorPeakOperations(bool bf16, int multiprocessors, int iterations) {
  constexpr std::int64_t kProducts = kChains * kThreadsPerBlock / kLanesPerWarp * kBlocksPerMultiprocessor;
  return (bf16 ? kBf16Operations : kTf32Operations) * kProducts * multiprocessors * iterations;
}

cudaError_t launchTensorPeak(bool bf16, int multiprocessors, int iterations, float* sink, cudaStream_t stream) {
  return nao::cuda::launch(bf16 ? tensorPeak<true> : tensorPeak<false>,
                           dim3(static_cast<unsigned>(kBlocksPerMultiprocessor * multiprocessors)),
                           dim3(kThreadsPerBlock), 0, stream, iterations, sink);
}

}  // namespace nao::kernels::cuda
