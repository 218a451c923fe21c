// Divisions by the hardware's reciprocal, next to whole quotients, where they could go wrong.
#include <cmath>

#include "check.h"
#include "device_array.h"
#include "kernels/cuda/item.cuh"
#include "kernels/cuda/shim/cuda_shim.h"

using namespace nao::cuda;
using shim_test::DeviceArray;

namespace {

constexpr int kEnd = 1 << 16;  // of the numbers that quotient() divides
constexpr unsigned kThreads = 256;

/// Each thread has every 256th divisor: how many quotients are wrong, and how far reciprocals are off at most.
__global__ void divide(int* wrong, float* off) {
  wrong[threadIdx.x] = 0;
  off[threadIdx.x] = 0;
  for (int b = static_cast<int>(threadIdx.x) + 1; b < kEnd; b += static_cast<int>(kThreads)) {
    const float error = fmaf(reciprocal(static_cast<float>(b)), static_cast<float>(b), -1.0f);
    off[threadIdx.x] = fmaxf(off[threadIdx.x], fabsf(error));
    const int step = b * (kEnd / b / 32 + 1);  // some 32 multiples
    for (int multiple = 0; multiple < kEnd; multiple += step) {
      if (nao::kernels::cuda::quotient(multiple, b) != multiple / b) ++wrong[threadIdx.x];
      const int below = multiple + b - 1;  // the last number with that quotient
      if (below < kEnd && nao::kernels::cuda::quotient(below, b) != below / b) ++wrong[threadIdx.x];
    }
  }
}

TEST(quotients_are_exact) {
  const DeviceArray<int> wrong(kThreads);
  const DeviceArray<float> off(kThreads);
  CHECK(launch(divide, dim3(1), dim3(kThreads), 0, nullptr, wrong.data(), off.data()) == cudaSuccess);
  const std::vector<int> count = wrong.download();
  const std::vector<float> error = off.download();
  for (std::size_t i = 0; i < count.size(); ++i) {
    CHECK(count[i] == 0, "%d wrong quotients of divisors %zu, %zu, ...", count[i], i + 1, i + 1 + kThreads);
    CHECK(error[i] <= 0x1p-22f, "a reciprocal is off by %a of itself", static_cast<double>(error[i]));
  }
}

}  // namespace
