#include "model/cuda/ceilings.h"

#include <algorithm>

#include "kernels/cuda/peak.h"
#include "kernels/cuda/tensor_peak.h"
#include "model/cuda/check.h"

namespace nao::model {
namespace {

namespace cuda = kernels::cuda;

constexpr float kLeastMillis = 10;
constexpr double kGigaPerMilli = 1e-6;

/// The best rate of run(iterations), whose work is `perIteration` times the iterations, in 1e9 a second. Runs get
/// longer until one is long enough to be timed well; the clock has gone up by then.
template <class Run>
double rate(int device, int iterations, double perIteration, const Run& run) {
  cudaEvent_t begun = nullptr, ended = nullptr;
  NAO_CUDA(device, cudaEventCreateWithFlags(&begun, 0));
  NAO_CUDA(device, cudaEventCreateWithFlags(&ended, 0));
  float millis = 0;
  double best = 0;
  for (; millis < kLeastMillis; iterations *= 2) {
    NAO_CUDA(device, cudaEventRecord(begun, nullptr));
    run(iterations);
    NAO_CUDA(device, cudaEventRecord(ended, nullptr));
    NAO_CUDA(device, cudaEventSynchronize(ended));
    NAO_CUDA(device, cudaEventElapsedTime(&millis, begun, ended));
    best = std::max(best, perIteration * iterations / static_cast<double>(millis) * kGigaPerMilli);
  }
  NAO_CUDA(device, cudaEventDestroy(begun));
  NAO_CUDA(device, cudaEventDestroy(ended));
  return best;
}

double copyRate(CudaDevice& device, std::size_t totalBytes) {
  constexpr std::size_t kMostBytes = std::size_t{512} << 20, kPartOfMemory = 16;
  constexpr double kReadAndWritten = 2;
  const std::size_t bytes = std::min(kMostBytes, totalBytes / kPartOfMemory);
  const Memory<char> src = device.allocate<char>(static_cast<std::int64_t>(bytes), "a measurement");
  const Memory<char> dst = device.allocate<char>(static_cast<std::int64_t>(bytes), "a measurement");
  return rate(device.index(), 1, kReadAndWritten * static_cast<double>(bytes), [&](int copies) {
    for (int i = 0; i < copies; ++i)
      NAO_CUDA(device.index(), cudaMemcpyAsync(dst.get(), src.get(), bytes, cudaMemcpyDeviceToDevice, nullptr));
  });
}

}  // namespace

double measureCeiling(CudaDevice& device, nao_ceiling which) {
  device.makeCurrent();
  cudaDeviceProp properties;
  NAO_CUDA(device.index(), cudaGetDeviceProperties(&properties, device.index()));
  if (which == NAO_CEILING_COPY) return copyRate(device, properties.totalGlobalMem);
  const int multiprocessors = properties.multiProcessorCount;
  const Memory<float> sink = device.allocate<float>(1, "a measurement");
  if (which == NAO_CEILING_MULTIPLY_ADD)
    return rate(device.index(), 64, static_cast<double>(cuda::peakOperations(multiprocessors, 1)), [&](int iterations) {
      NAO_CUDA(device.index(), cuda::launchPeak(multiprocessors, iterations, sink.get(), nullptr));
    });
  const bool bf16 = which == NAO_CEILING_BF16;
  return rate(device.index(), 16, static_cast<double>(cuda::tensorPeakOperations(bf16, multiprocessors, 1)),
              [&](int iterations) {
                NAO_CUDA(device.index(),
                         cuda::launchTensorPeak(bf16, multiprocessors, iterations, sink.get(), nullptr));
              });
}

}  // namespace nao::model
