// Exchanges between the lanes of a warp.
#include "check.h"
#include "device_array.h"
#include "kernels/cuda/shim/cuda_shim.h"

using namespace nao::cuda;
using shim_test::DeviceArray;

namespace {

constexpr unsigned kAll = 0xffffffffu;
constexpr int kKinds = 7;

/// dst[kind][lane]: what one exchange of each kind gives for the value 100 + lane.
__global__ void exchanges(int* dst) {
  const int lane = static_cast<int>(threadIdx.x), value = 100 + lane;
  dst[0 * 32 + lane] = __shfl_sync(kAll, value, lane * 3 + 1);
  dst[1 * 32 + lane] = __shfl_sync(kAll, value, 2, 8);
  dst[2 * 32 + lane] = __shfl_up_sync(kAll, value, 3);
  dst[3 * 32 + lane] = __shfl_down_sync(kAll, value, 5, 16);
  dst[4 * 32 + lane] = __shfl_xor_sync(kAll, value, 6);
  dst[5 * 32 + lane] = static_cast<int>(__ballot_sync(kAll, lane % 3 == 0));
  dst[6 * 32 + lane] = __any_sync(kAll, lane == 31) * 4 + __all_sync(kAll, lane < 31) * 2 + __all_sync(kAll, lane < 32);
}

TEST(exchanges_follow_cuda) {
  const DeviceArray<int> dst(kKinds * 32);
  CHECK(launch(exchanges, dim3(1), dim3(32), 0, nullptr, dst.data()) == cudaSuccess);
  const std::vector<int> actual = dst.download();
  for (int lane = 0; lane < 32; ++lane) {
    const int expected[kKinds] = {100 + (lane * 3 + 1) % 32,
                                  100 + lane / 8 * 8 + 2,
                                  100 + (lane < 3 ? lane : lane - 3),
                                  100 + (lane % 16 + 5 < 16 ? lane + 5 : lane),
                                  100 + (lane ^ 6),
                                  0x49249249,
                                  5};
    for (int kind = 0; kind < kKinds; ++kind) {
      const int value = actual[static_cast<std::size_t>(kind * 32 + lane)];
      CHECK(value == expected[kind], "kind %d lane %d: %d, expected %d", kind, lane, value, expected[kind]);
    }
  }
}

/// Groups of 8 lanes with masks of their own sum a different number of times.
__global__ void groupSums(float* dst) {
  const unsigned lane = threadIdx.x % 32, group = lane / 8, mask = 0xffu << (group * 8);
  float value = static_cast<float>(threadIdx.x);
  for (unsigned round = 0; round <= group; ++round) {
    for (int step = 4; step > 0; step /= 2) value += __shfl_xor_sync(mask, value, step);
  }
  dst[threadIdx.x] = value;
}

TEST(groups_of_a_warp_meet_on_their_own) {
  constexpr int kThreads = 64;
  const DeviceArray<float> dst(kThreads);
  CHECK(launch(groupSums, dim3(1), dim3(kThreads), 0, nullptr, dst.data()) == cudaSuccess);
  const std::vector<float> actual = dst.download();
  for (int i = 0; i < kThreads; ++i) {
    const int group = i / 8 % 4, first = i / 8 * 8;
    float expected = static_cast<float>(8 * first + 28);
    for (int round = 0; round < group; ++round) expected *= 8;
    CHECK(actual[static_cast<std::size_t>(i)] == expected, "thread %d", i);
  }
}

/// Neighbours hand values round through shared memory, ordered by __syncwarp alone.
__global__ void rotateInWarp(int* dst) {
  SHARED(int, places, [64]);
  const unsigned warp = threadIdx.x / 32 * 32, lane = threadIdx.x % 32;
  places[threadIdx.x] = static_cast<int>(threadIdx.x);
  for (int turn = 0; turn < 3; ++turn) {
    __syncwarp();
    const int value = places[warp + (lane + 1) % 32];
    __syncwarp();
    places[threadIdx.x] = value;
  }
  dst[threadIdx.x] = places[threadIdx.x];
}

TEST(syncwarp_orders_shared_memory_within_a_warp) {
  const DeviceArray<int> dst(64);
  CHECK(launch(rotateInWarp, dim3(1), dim3(64), 0, nullptr, dst.data()) == cudaSuccess);
  const std::vector<int> actual = dst.download();
  for (int i = 0; i < 64; ++i) {
    CHECK(actual[static_cast<std::size_t>(i)] == i / 32 * 32 + (i % 32 + 3) % 32, "thread %d", i);
  }
}

}  // namespace
