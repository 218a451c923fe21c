// What the programs of a step give to it, as numbers that may come from other processes. A program's contribution is
// the gradients of the tensors that it trains, then the means and variances of its batch, both in the order of
// StepTensors' ranges. Added up in the order of the programs, contributions make the step that nao_train makes of the
// same programs, bit for bit.
#pragma once

#include <cstdint>

#include "model/device.h"
#include "model/network_program.h"
#include "model/parameters.h"
#include "model/runner.h"
#include "model/steps.h"

namespace nao::model {

class Contributions {
 public:
  Contributions(Device& device, Parameters& parameters) : device_(device), parameters_(parameters) {}

  /// Floats of a program's.
  static std::int64_t floats(const NetworkProgram& program);
  /// Memory of the device for those of a step, one after another; what was there is lost where it grows.
  float* stage(std::int64_t floats);
  /// What the part of a step that was last trained left, into memory of the device.
  void copy(Runner& runner, const NetworkProgram& program, float* dst);
  /// The step of the programs whose contributions are staged.
  StepResult add(Runner& runner, const Programs& programs, const nao_training& training, float learningRate,
                 std::int64_t step);

  std::int64_t bytes() const { return (stagedFloats_ + zeroFloats_) * static_cast<std::int64_t>(sizeof(float)); }

 private:
  const float* zeros(std::int64_t floats);

  Device& device_;
  Parameters& parameters_;
  Memory<float> staged_;
  std::int64_t stagedFloats_ = 0;
  Memory<float> zeros_;  // the gradients of what a program does not train
  std::int64_t zeroFloats_ = 0;
  Memory<double> squares_;
  Memory<kernels::Clip> clip_;
};

}  // namespace nao::model
