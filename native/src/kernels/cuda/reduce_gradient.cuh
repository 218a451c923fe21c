// Sums of weight gradients over slots: a thread per element, neighbouring threads on neighbouring elements.
#pragma once

#include "kernels/cuda/item.cuh"

namespace nao::kernels::cuda {

constexpr int kReducedElements = 4 * kThreads;  // of an item

__device__ inline void reduceGradient(const ReduceGradient& p, int item) {
  const std::int64_t slot = static_cast<std::int64_t>(p.rows) * p.cols;
  const std::int64_t first = static_cast<std::int64_t>(item) * kReducedElements;
  const int count = static_cast<int>(slot - first < kReducedElements ? slot - first : kReducedElements);
  for (int i = threadIdx.x; i < count; i += kThreads) {
    const std::int64_t at = first + i;
    float& gradient = p.gradient[at / p.cols * p.rowStride + at % p.cols];
    double sum = gradient;
    for (int s = 0; s < p.slots; ++s) sum += p.partial[s * slot + at];
    gradient = static_cast<float>(sum);
  }
}

}  // namespace nao::kernels::cuda
