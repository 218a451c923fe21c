// Indices, shared memory and barriers.
#include "check.h"
#include "device_array.h"
#include "kernels/cuda/shim/cuda_shim.h"

using namespace nao::cuda;
using shim_test::DeviceArray;

namespace {

constexpr int kThreads = 96;

/// dst[block][i] = sum over j <= i of src[block][j], by doubling steps with two barriers each.
__global__ void prefixSums(const int* src, int* dst) {
  SHARED(int, sums, [kThreads]);
  const int i = static_cast<int>(threadIdx.x), at = static_cast<int>(blockIdx.x) * kThreads + i;
  sums[i] = src[at];
  __syncthreads();
  for (int step = 1; step < kThreads; step *= 2) {
    const int before = i >= step ? sums[i - step] : 0;
    __syncthreads();
    sums[i] += before;
    __syncthreads();
  }
  dst[at] = sums[i];
}

TEST(barriers_separate_the_steps_of_a_scan) {
  constexpr int kBlocks = 3;
  std::vector<int> values(kBlocks * kThreads);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<int>(i * 7 % 11);
  const DeviceArray<int> src(values), dst(values.size());
  CHECK(launch(prefixSums, dim3(kBlocks), dim3(kThreads), 0, nullptr, src.data(), dst.data()) == cudaSuccess);
  const std::vector<int> actual = dst.download();
  int sum = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    sum = i % kThreads == 0 ? values[i] : sum + values[i];
    CHECK(actual[i] == sum, "at %zu: %d, expected %d", i, actual[i], sum);
  }
}

/// Every thread writes where it is; a reversal goes through dynamic shared memory.
__global__ void reverseInBlock(int* dst) {
  DYNAMIC_SHARED(int, buffer);
  const unsigned threads = blockDim.x * blockDim.y * blockDim.z;
  const unsigned thread = (threadIdx.z * blockDim.y + threadIdx.y) * blockDim.x + threadIdx.x;
  const unsigned block = (blockIdx.z * gridDim.y + blockIdx.y) * gridDim.x + blockIdx.x;
  buffer[threads - 1 - thread] = static_cast<int>(block * threads + thread);
  __syncthreads();
  dst[block * threads + thread] = buffer[thread];
}

TEST(indices_cover_grid_and_block_in_three_dimensions) {
  const dim3 grid(2, 3, 2), block(4, 2, 8);
  constexpr int kBlocks = 12, kPerBlock = 64;
  const DeviceArray<int> dst(kBlocks * kPerBlock);
  CHECK(launch(reverseInBlock, grid, block, kPerBlock * sizeof(int), nullptr, dst.data()) == cudaSuccess);
  const std::vector<int> actual = dst.download();
  for (int b = 0; b < kBlocks; ++b) {
    for (int t = 0; t < kPerBlock; ++t) {
      const int value = actual[static_cast<std::size_t>(b * kPerBlock + t)];
      CHECK(value == b * kPerBlock + kPerBlock - 1 - t, "block %d thread %d: %d", b, t, value);
    }
  }
}

/// Shared variables of a function belong to the block, whoever calls it; those of instantiations differ.
template <int kInstance>
__device__ float* place() {
  SHARED(float, value, [1]);
  return value;
}

__global__ void compareShared(int* dst) {
  SHARED(float4, vector, );
  place<0>()[0] = 0;
  dst[threadIdx.x] = place<0>() == place<0>() && place<0>() != place<1>() &&
                     reinterpret_cast<std::uintptr_t>(&vector) % sizeof(float4) == 0;
}

TEST(shared_variables_are_one_per_declaration_and_aligned) {
  const DeviceArray<int> dst(32);
  CHECK(launch(compareShared, dim3(1), dim3(1), 0, nullptr, dst.data()) == cudaSuccess);
  CHECK(dst.download()[0] == 1);
}

/// sums[block] = sum of the block's values; the last block adds those up.
__global__ void addUp(const int* src, int* sums, int* arrived, int* total) {
  const int block = static_cast<int>(blockIdx.x), blocks = static_cast<int>(gridDim.x);
  if (threadIdx.x == 0) {
    sums[block] = 0;
    for (int i = 0; i < kThreads; ++i) sums[block] += src[block * kThreads + i];
  }
  for (int round = 0; round < 2; ++round) {
    if (!lastToArrive(arrived + round, blocks) || threadIdx.x != 40) continue;
    total[round] = 0;
    for (int i = 0; i < blocks; ++i) total[round] += sums[i];
  }
}

TEST(the_last_block_sees_what_all_have_written) {
  constexpr int kBlocks = 5;
  std::vector<int> values(kBlocks * kThreads);
  int expected = 0;
  for (std::size_t i = 0; i < values.size(); ++i) expected += values[i] = static_cast<int>(i * 7 % 11);
  const DeviceArray<int> src(values), sums(kBlocks), arrived(std::vector<int>{0, 0}), total(2);
  CHECK(launch(addUp, dim3(kBlocks), dim3(kThreads), 0, nullptr, src.data(), sums.data(), arrived.data(),
               total.data()) == cudaSuccess);
  for (const int sum : total.download()) CHECK(sum == expected, "%d, expected %d", sum, expected);
}

}  // namespace
