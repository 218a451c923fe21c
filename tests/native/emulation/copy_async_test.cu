// cp.async: two stages of tiles in flight, of each size.
#include "check.h"
#include "device_array.h"
#include "kernels/cuda/shim/cuda_shim.h"

using namespace nao::cuda;
using shim_test::DeviceArray;

namespace {

constexpr int kThreads = 32;

/// dst[tile][i] = src[tile][kWords * kThreads - 1 - i]; the next tile arrives while one is reversed.
template <int kBytes>
__global__ void reverseTiles(const int* src, int* dst, int tiles) {
  constexpr int kWords = kBytes / 4, kTile = kThreads * kWords;
  SHARED(int, buffers, [2][kTile]);
  const int thread = static_cast<int>(threadIdx.x);
  const auto fetch = [&](int tile) {
    if (tile < tiles) copyAsync<kBytes>(&buffers[tile % 2][thread * kWords], src + tile * kTile + thread * kWords);
    copyAsyncCommit();
  };
  fetch(0);
  for (int tile = 0; tile < tiles; ++tile) {
    fetch(tile + 1);
    copyAsyncWait<1>();
    __syncthreads();
    for (int i = thread; i < kTile; i += kThreads) dst[tile * kTile + i] = buffers[tile % 2][kTile - 1 - i];
    __syncthreads();
  }
}

template <int kBytes>
void checkReversal() {
  constexpr int kTiles = 5, kTile = kThreads * kBytes / 4;
  std::vector<int> values(kTiles * kTile);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<int>(i);
  const DeviceArray<int> src(values), dst(values.size());
  CHECK(launch(reverseTiles<kBytes>, dim3(1), dim3(kThreads), 0, nullptr, src.data(), dst.data(), kTiles) ==
        cudaSuccess);
  const std::vector<int> actual = dst.download();
  for (int i = 0; i < kTiles * kTile; ++i) {
    CHECK(actual[static_cast<std::size_t>(i)] == i / kTile * kTile + kTile - 1 - i % kTile, "%d bytes at %d", kBytes,
          i);
  }
}

TEST(a_pipeline_of_two_stages_delivers_every_tile) {
  checkReversal<4>();
  checkReversal<8>();
  checkReversal<16>();
}

}  // namespace
