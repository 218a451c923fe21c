// Evaluations side by side: they take one of two runners in turn, whose streams and activations are their own, so that
// the GPU has work while a wave of one of them ends. Everything else goes to the first runner, after all that was
// started before and before all that is started later. Results are those of one after the other, bit by bit.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "model/cuda/cuda_runner.h"

namespace nao::model {

class SideBySide final : public Runner {
 public:
  SideBySide(CudaDevice& device, Parameters& parameters)
      : device_(device), parameters_(parameters), first_(device, parameters) {}

  void setPrecision(nao_precision precision) override;
  void setLibraries(bool on) override;
  void reserve(const NetworkProgram& program, bool training, int images) override;
  bool start(const NetworkProgram& program, const StepInput& input) override;
  void run(std::vector<BoundCall> calls) override;
  std::vector<StepResult> finish() override;
  void readLogits(float* dst) override { last_->readLogits(dst); }

  std::int64_t peakBytes() const override;
  DeviceCalls deviceCalls() const override;
  void setProfiling(bool on) override;
  const Profile& profile() const override { return first_.profile(); }

 private:
  /// The first runner, for work that nothing overlaps.
  CudaRunner& alone();
  /// Whether the second runner is there, with memory for an evaluation.
  bool hasSecond(const NetworkProgram& program, int images);
  /// Nothing was started since the last finish.
  void begin();

  CudaDevice& device_;
  Parameters& parameters_;
  CudaRunner first_;
  std::unique_ptr<CudaRunner> second_;  // from the first run on with two evaluations
  nao_precision precision_ = NAO_FP32;
  bool libraries_ = false, profiling_ = false;

  // Since the last finish.
  std::vector<CudaRunner*> takers_;  // of the steps that were started
  CudaRunner* last_ = &first_;
  bool firstMustWait_ = false;   // for the second, before it changes anything
  bool secondMustWait_ = false;  // for what the first has changed
  bool memoryIsShort_ = false;
};

}  // namespace nao::model
