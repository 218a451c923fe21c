// Launches and the runtime API.
#include "check.h"
#include "device_array.h"
#include "kernels/cuda/shim/cuda_shim.h"

using namespace nao::cuda;
using shim_test::DeviceArray;

namespace {

__global__ void fill(int* dst, int value) { dst[blockIdx.x * blockDim.x + threadIdx.x] = value; }

TEST(launches_are_counted_and_ordered_in_their_stream) {
  const DeviceArray<int> dst(64);
  const std::uint64_t before = launchCount();
  cudaStream_t stream;
  cudaEvent_t begin, end;
  CHECK(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking) == cudaSuccess);
  CHECK(cudaEventCreateWithFlags(&begin, 0) == cudaSuccess && cudaEventCreateWithFlags(&end, 0) == cudaSuccess);
  CHECK(cudaEventRecord(begin, stream) == cudaSuccess);
  for (int value = 0; value < 3; ++value) {
    CHECK(launch(fill, dim3(2), dim3(32), 0, stream, dst.data(), value) == cudaSuccess);
  }
  CHECK(cudaMemsetAsync(dst.data(), 0, sizeof(int), stream) == cudaSuccess);
  CHECK(cudaEventRecord(end, stream) == cudaSuccess);
  std::vector<int> values(64);
  CHECK(cudaMemcpyAsync(values.data(), dst.data(), 64 * sizeof(int), cudaMemcpyDeviceToHost, stream) == cudaSuccess);
  CHECK(cudaStreamSynchronize(stream) == cudaSuccess);
  CHECK(launchCount() == before + 3);
  CHECK(values[0] == 0 && values[1] == 2 && values[63] == 2);
  float milliseconds = -1;
  CHECK(cudaEventElapsedTime(&milliseconds, begin, end) == cudaSuccess && milliseconds >= 0);
  CHECK(cudaEventDestroy(begin) == cudaSuccess && cudaEventDestroy(end) == cudaSuccess);
  CHECK(cudaStreamDestroy(stream) == cudaSuccess);
}

TEST(impossible_launches_are_refused_and_the_error_is_kept_once) {
  const DeviceArray<int> dst(1);
  const cudaError_t large = launch(fill, dim3(1), dim3(1025), 0, nullptr, dst.data(), 0);
  CHECK(large == cudaErrorInvalidValue, "%s", cudaGetErrorString(large));
  const cudaError_t empty = launch(fill, dim3(0), dim3(32), 0, nullptr, dst.data(), 0);
  CHECK(empty == cudaErrorInvalidValue, "%s", cudaGetErrorString(empty));
  cudaGetLastError();
  CHECK(cudaGetLastError() == cudaSuccess);
  CHECK(cudaMemset(dst.data(), 0, std::size_t{1} << 62) == cudaErrorInvalidValue);
  CHECK(cudaGetLastError() == cudaErrorInvalidValue);
  CHECK(cudaSetDevice(1000) == cudaErrorInvalidDevice && cudaGetLastError() == cudaErrorInvalidDevice);
}

TEST(the_device_tells_what_it_has) {
  int count = 0;
  CHECK(cudaGetDeviceCount(&count) == cudaSuccess && count >= 1);
  cudaDeviceProp properties;
  CHECK(cudaGetDeviceProperties(&properties, 0) == cudaSuccess);
  CHECK(properties.major >= 8 && properties.multiProcessorCount > 0 && properties.totalGlobalMem > 0);
}

}  // namespace
