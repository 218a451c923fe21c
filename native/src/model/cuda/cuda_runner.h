// Steps on a GPU. start() packs a step's calls into one block, or changes what varies in one that it has packed before,
// sends it off with one copy, and launches each wave; it does not wait for the device, which keeps losses, norms and
// whether it goes on until finish() asks.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "kernels/cuda/wave.h"
#include "model/cuda/call_timer.h"
#include "model/cuda/cuda_device.h"
#include "model/cuda/cuda_libraries.h"
#include "model/cuda/finishing.h"
#include "model/cuda/packed_steps.h"
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

  void setPrecision(nao_precision precision) override;
  void setLibraries(bool on) override;
  void reserve(const NetworkProgram& program, bool training, int images) override;
  bool start(const NetworkProgram& program, const StepInput& input) override;
  void run(std::vector<BoundCall> calls) override;
  std::vector<StepResult> finish() override;
  void readLogits(float* dst) override;

  /// Takes the memory that reserve() takes; at any time.
  void provide(const NetworkProgram& program, bool training, int images);
  /// Gives back what provide() took, which takes it again.
  void giveBack();
  /// Of the steps started so far no results are wanted.
  void forget();
  /// What is started from now on waits for all that `other` has started.
  void waitFor(const CudaRunner& other);

  std::int64_t peakBytes() const override { return peakBytes_; }
  DeviceCalls deviceCalls() const override { return calls_; }
  void setProfiling(bool on) override;
  const Profile& profile() const override { return profile_; }

 private:
  /// Memory of the device that is exchanged for a larger piece where it does not suffice.
  struct Growing {
    Memory<char> memory;
    std::int64_t bytes = 0;
  };
  /// A step's block on the host. The device copies from one while the next step is packed into the other.
  struct Staging {
    Memory<char> block;
    std::int64_t bytes = 0;
    cudaEvent_t copied = nullptr;
  };
  /// What a started step leaves in results_: a clip, and sums of losses and correct images per loss and block.
  struct Started {
    std::vector<BoundLoss> losses;
    int images = 0;
    bool training = false;
    std::int64_t at = 0;  // bytes from the beginning
    std::int64_t slots = 0;
  };

  void reserveLibraries(const NetworkProgram& program, bool training, int images);
  void grow(Growing& growing, std::int64_t bytes, const char* purpose);
  StepMemory memory() const;
  StepAddresses addresses() const;
  void send(const NetworkProgram& program, const StepInput& input, const StepShape& shape);
  void sendAgain(const PackedStep& step);
  Staging& nextStaging(std::int64_t bytes);
  void copyToDevice(Staging& staging, std::int64_t bytes);
  const Staging& pack();
  void write(Packer& varying, Packer& rest);
  kernels::cuda::Needs checkedNeeds(const KernelCall& call) const;
  std::vector<kernels::cuda::Finish> putFollowers(Packer& packer) const;
  void launch(const std::vector<Wave>& waves, const kernels::cuda::WaveCall* table);
  void launchPacked();
  void launchOneByOne();
  void collect();

  CudaDevice& device_;
  Parameters& parameters_;
  const std::size_t ranges_;  // of an update of all tensors
  cudaStream_t stream_ = nullptr;
  cudaEvent_t othersWork_ = nullptr;
  Growing arena_, fixed_, squares_, results_, block_, forLibraries_;
  std::int64_t peakBytes_ = 0;
  DeviceCalls calls_;
  nao_precision wanted_ = NAO_FP32;
  kernels::cuda::Precision precision_ = kernels::cuda::Precision::fp32;
  bool withLibraries_ = false;
  std::unique_ptr<CudaLibraries> libraries_;  // from the first program on that is reserved with them
  std::array<Staging, 2> stagings_;
  std::size_t turn_ = 0;

  Bound bound_;
  Finishing finishing_;
  std::vector<kernels::cuda::WaveCall> table_;
  const kernels::cuda::WaveCall* deviceTable_ = nullptr;
  std::vector<Wave> waves_;
  std::int64_t varyingBytes_ = 0, usedBytes_ = 0;  // of the block
  PackedSteps packed_;
  std::int64_t resultsUsed_ = 0;
  std::vector<Started> started_;
  std::vector<StepResult> collected_;
  const float* logits_ = nullptr;
  std::int64_t logitCount_ = 0;
  bool profiling_ = false;
  std::unique_ptr<CallTimer> timer_;  // from the first profile on
  Profile profile_;
};

}  // namespace nao::model
