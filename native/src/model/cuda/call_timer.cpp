#include "model/cuda/call_timer.h"

#include "kernels/cuda/peak.h"
#include "model/cuda/check.h"

namespace nao::model {
namespace {

/// The host needs about 5 microseconds for a launch and its event.
constexpr float kBlockMillis = 3;
constexpr double kMillisPerSecond = 1e3;

}  // namespace

CallTimer::CallTimer(CudaDevice& device) : device_(device), sink_(device.allocate<float>(1, "a measurement")) {
  device_.makeCurrent();
  cudaDeviceProp properties;
  NAO_CUDA(device_.index(), cudaGetDeviceProperties(&properties, device_.index()));
  multiprocessors_ = properties.multiProcessorCount;
  events_.resize(kQueued + 1);
  for (cudaEvent_t& event : events_) NAO_CUDA(device_.index(), cudaEventCreateWithFlags(&event, 0));
}

CallTimer::~CallTimer() {
  for (const cudaEvent_t event : events_) cudaEventDestroy(event);
}

/// Keeps the device busy; the first time it finds out with how much work.
void CallTimer::begin(cudaStream_t stream) {
  while (!longEnough_) {
    longEnough_ = block(stream) >= kBlockMillis;
    if (!longEnough_) iterations_ *= 2;
  }
  NAO_CUDA(device_.index(), kernels::cuda::launchPeak(multiprocessors_, iterations_, sink_.get(), stream));
  mark(stream, 0);
}

float CallTimer::block(cudaStream_t stream) {
  mark(stream, 0);
  NAO_CUDA(device_.index(), kernels::cuda::launchPeak(multiprocessors_, iterations_, sink_.get(), stream));
  mark(stream, 1);
  NAO_CUDA(device_.index(), cudaEventSynchronize(events_[1]));
  float millis = 0;
  NAO_CUDA(device_.index(), cudaEventElapsedTime(&millis, events_[0], events_[1]));
  return millis;
}

void CallTimer::mark(cudaStream_t stream, int event) {
  NAO_CUDA(device_.index(), cudaEventRecord(events_[static_cast<std::size_t>(event)], stream));
}

void CallTimer::read(int count, std::vector<double>& seconds) {
  NAO_CUDA(device_.index(), cudaEventSynchronize(events_[static_cast<std::size_t>(count)]));
  for (int i = 0; i < count; ++i) {
    const auto at = static_cast<std::size_t>(i);
    float millis = 0;
    NAO_CUDA(device_.index(), cudaEventElapsedTime(&millis, events_[at], events_[at + 1]));
    seconds.push_back(static_cast<double>(millis) / kMillisPerSecond);
  }
}

}  // namespace nao::model
