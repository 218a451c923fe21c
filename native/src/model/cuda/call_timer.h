// Times launches one by one on a GPU, as they would run behind each other: the device is kept busy while the host
// queues them up, so that no launch waits for the host.
#pragma once

#include <vector>

#include "kernels/cuda/shim/runtime.h"
#include "model/cuda/cuda_device.h"

namespace nao::model {

class CallTimer {
 public:
  explicit CallTimer(CudaDevice& device);
  ~CallTimer();
  CallTimer(const CallTimer&) = delete;
  CallTimer& operator=(const CallTimer&) = delete;

  /// Calls launch(0) to launch(count - 1), each of which puts one kernel into `stream`, and returns their seconds.
  template <class Launch>
  std::vector<double> time(cudaStream_t stream, int count, const Launch& launch) {
    std::vector<double> seconds;
    for (int first = 0; first < count; first += kQueued) {
      const int end = first + kQueued < count ? first + kQueued : count;
      begin(stream);
      for (int i = first; i < end; ++i) {
        launch(i);
        mark(stream, i - first + 1);
      }
      read(end - first, seconds);
    }
    return seconds;
  }

 private:
  static constexpr int kQueued = 256;  // far fewer launches and events than a stream takes without waiting

  void begin(cudaStream_t stream);
  void mark(cudaStream_t stream, int event);
  void read(int count, std::vector<double>& seconds);
  float block(cudaStream_t stream);

  CudaDevice& device_;
  Memory<float> sink_;
  int multiprocessors_ = 0;
  int iterations_ = 64;
  bool longEnough_ = false;
  std::vector<cudaEvent_t> events_;
};

}  // namespace nao::model
