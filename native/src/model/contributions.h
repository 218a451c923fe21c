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
  /// What the part of a step that was last trained left.
  void read(Runner& runner, const NetworkProgram& program, float* contribution);
  /// The step of programs whose contributions stand one after another.
  StepResult add(Runner& runner, const Programs& programs, const float* contributions, const nao_training& training,
                 float learningRate, std::int64_t step);

  std::int64_t bytes() const { return stagedFloats_ * static_cast<std::int64_t>(sizeof(float)); }

 private:
  void stage(std::int64_t floats);

  Device& device_;
  Parameters& parameters_;
  Memory<float> staged_;
  std::int64_t stagedFloats_ = 0;
  Memory<double> squares_;
  Memory<kernels::Clip> clip_;
};

}  // namespace nao::model
