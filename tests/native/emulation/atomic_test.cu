// Atomics on shared and global memory, between blocks.
#include "check.h"
#include "device_array.h"
#include "kernels/cuda/shim/cuda_shim.h"

using namespace nao::cuda;
using shim_test::DeviceArray;

namespace {

struct Totals {
  int sum;
  unsigned largest;
  int smallest;
  float floatSum;
  double doubleSum;
  unsigned long long bits;
  unsigned claimed;  // how many threads saw `owner` free
  int owner;
};

__global__ void total(Totals* totals) {
  SHARED(int, blockSum, );
  if (threadIdx.x == 0) blockSum = 0;
  __syncthreads();
  const int index = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
  atomicAdd(&blockSum, index);
  atomicMax(&totals->largest, static_cast<unsigned>(index));
  atomicMin(&totals->smallest, -index);
  atomicAdd(&totals->floatSum, 0.5f);
  atomicAdd(&totals->doubleSum, 0.25);
  atomicAdd(&totals->bits, 1ull << 40);
  if (atomicCAS(&totals->owner, -1, index) == -1) atomicAdd(&totals->claimed, 1u);
  __syncthreads();
  if (threadIdx.x == 0) atomicAdd(&totals->sum, blockSum);
}

TEST(atomics_lose_nothing) {
  constexpr int kBlocks = 5, kThreads = 64, kAll = kBlocks * kThreads;
  const DeviceArray<Totals> device(std::vector<Totals>{{0, 0, 0, 0, 0, 0, 0, -1}});
  CHECK(launch(total, dim3(kBlocks), dim3(kThreads), 0, nullptr, device.data()) == cudaSuccess);
  const Totals totals = device.download()[0];
  CHECK(totals.sum == kAll * (kAll - 1) / 2, "%d", totals.sum);
  CHECK(totals.largest == kAll - 1, "%u", totals.largest);
  CHECK(totals.smallest == 1 - kAll, "%d", totals.smallest);
  CHECK(totals.floatSum == 0.5f * kAll, "%g", static_cast<double>(totals.floatSum));
  CHECK(totals.doubleSum == 0.25 * kAll, "%g", totals.doubleSum);
  CHECK(totals.bits == static_cast<unsigned long long>(kAll) << 40, "%llu", totals.bits);
  CHECK(totals.claimed == 1 && totals.owner >= 0 && totals.owner < kAll, "%u %d", totals.claimed, totals.owner);
}

}  // namespace
