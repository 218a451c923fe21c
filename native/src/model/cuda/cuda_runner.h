// Steps on a GPU. start() packs a step's calls into one block, sends it off with one copy, and launches each wave; it
// does not wait for the device, which keeps losses, norms and whether it goes on until finish() asks.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "kernels/cuda/shim/cuda_shim.h"
#include "model/cuda/cuda_device.h"
#include "model/cuda/packer.h"
#include "model/parameters.h"
#include "model/runner.h"
#include "model/updates.h"

namespace nao::model {

class CudaRunner final : public Runner {
 public:
  CudaRunner(CudaDevice& device, Parameters& parameters);
  ~CudaRunner() override;
  CudaRunner(const CudaRunner&) = delete;
  CudaRunner& operator=(const CudaRunner&) = delete;

  void reserve(const NetworkProgram& program, bool training, int images) override;
  bool start(const NetworkProgram& program, const StepInput& input) override;
  std::vector<StepResult> finish() override;
  void readLogits(float* dst) override;

  std::int64_t peakBytes() const override { return peakBytes_; }
  void setProfiling(bool on) override;
  std::vector<double> profile() const override { return seconds_; }

 private:
  /// A step's block on the host. The device copies from it while the next step is packed into the other.
  struct Staging {
    Memory<char> block;
    std::int64_t bytes = 0;
    cudaEvent_t copied = nullptr;
  };
  /// One launch: calls [first, first + count) of the table, `items` blocks of threads.
  struct Wave {
    int first = 0, count = 0, items = 0;
    std::size_t sharedBytes = 0;
  };
  /// Where on the device a step leaves what the host will ask for.
  struct Started {
    std::vector<BoundLoss> losses;
    int images = 0;
    bool training = false;
    std::int64_t clip = 0, lossSums = 0, correct = 0;  // bytes from the beginning of results_
  };

  void takeResultRoom(const program::Plan& plan, const StepInput& input);
  void addUpdate(const NetworkProgram& program, const nao_training& training, float learningRate, int losses);
  void pack();
  void write(Packer& packer);
  void launch();
  void launchOneByOne();
  void collect();
  void countBytes();

  CudaDevice& device_;
  Parameters& parameters_;
  cudaStream_t stream_ = nullptr;
  cudaEvent_t begun_ = nullptr, ended_ = nullptr;  // profiling
  Memory<char> arena_, fixed_, results_, squares_, block_;
  std::int64_t arenaBytes_ = 0, fixedBytes_ = 0, resultBytes_ = 0, squaresBytes_ = 0, blockBytes_ = 0;
  std::int64_t peakBytes_ = 0;
  std::array<Staging, 2> stagings_;
  std::size_t turn_ = 0;

  Bound bound_;
  std::vector<kernels::cuda::WaveCall> table_;
  std::vector<Wave> waves_;
  std::int64_t resultsUsed_ = 0;
  std::vector<Started> started_;
  std::vector<StepResult> collected_;
  const float* logits_ = nullptr;
  std::int64_t logitCount_ = 0;
  bool profiling_ = false;
  std::vector<double> seconds_;
};

}  // namespace nao::model
