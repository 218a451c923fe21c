// Steps on the threads of a CPU; start() returns when the step has run.
#pragma once

#include <cstdint>
#include <vector>

#include "model/cpu/cpu_device.h"
#include "model/parameters.h"
#include "model/runner.h"

namespace nao::model {

class CpuRunner final : public Runner {
 public:
  CpuRunner(CpuDevice& device, Parameters& parameters)
      : device_(device), parameters_(parameters), squares_(trainableRanges(parameters).size()) {}

  void reserve(const NetworkProgram& program, bool training, int images) override;
  bool start(const NetworkProgram& program, const StepInput& input) override;
  void run(std::vector<BoundCall> calls) override;
  std::vector<StepResult> finish() override;
  void readLogits(float* dst) override;

  std::int64_t peakBytes() const override { return peakBytes_; }
  void setProfiling(bool on) override;
  const Profile& profile() const override { return profile_; }

 private:
  void execute();
  /// Calls [first, end), which make up a phase: one block of images after the other, where there are enough of them.
  void runPhase(std::size_t first, std::size_t end);
  void runWaves(std::size_t first, std::size_t end);
  void runWave(std::size_t first, std::size_t end);
  void runOne(std::size_t call, int item, int thread);
  void addToProfile();

  CpuDevice& device_;
  Parameters& parameters_;
  Memory<float> arena_, fixed_;
  std::int64_t arenaFloats_ = 0, fixedFloats_ = 0;
  std::int64_t peakBytes_ = 0;
  std::vector<Memory<float>> scratch_;  // one a thread
  std::vector<std::int64_t> scratchFloats_;
  std::vector<double> lossSums_;
  std::vector<std::int32_t> correct_;
  std::vector<double> squares_;
  kernels::Clip clip_;
  Bound bound_;
  std::int64_t logits_ = 0;  // of the last step
  std::vector<StepResult> results_;
  bool profiling_ = false;
  std::vector<std::vector<double>> seconds_;  // [thread][call of the step]
  Profile profile_;
};

}  // namespace nao::model
