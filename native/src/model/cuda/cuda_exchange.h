// GPUs that exchange through NCCL, in a stream of its own.
#pragma once

#include <atomic>
#include <chrono>
#include <optional>

#include "kernels/cuda/shim/runtime.h"
#include "model/cuda/cuda_device.h"
#include "model/exchange.h"

namespace nao::model {

class CudaExchange final : public Exchange {
 public:
  explicit CudaExchange(CudaDevice& device);
  ~CudaExchange() override;
  CudaExchange(const CudaExchange&) = delete;
  CudaExchange& operator=(const CudaExchange&) = delete;

  void connect(const nccl::UniqueId& id, int rank, int ranks, int seconds) override;
  void spread(const std::vector<OwnedMemory>& parts) override;
  void abort() override { aborted_ = true; }
  const Device& device() const override { return device_; }
  int rank() const override { return rank_; }
  int ranks() const override { return ranks_; }

 private:
  using Clock = std::chrono::steady_clock;

  void requireWhole();
  /// Until NCCL has nothing in progress and the stream is empty.
  void wait();

  CudaDevice& device_;
  NcclCommunicator communicator_;
  cudaStream_t stream_ = nullptr;
  std::atomic<bool> aborted_{false};
  std::optional<Clock::time_point> deadline_;  // of connecting and of ending
  int rank_ = 0, ranks_ = 1;
};

}  // namespace nao::model
