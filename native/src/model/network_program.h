// One architecture over a network's parameters: its launches for training and for evaluation, and what it uses.
#pragma once

#include <cstdint>
#include <mutex>
#include <vector>

#include "model/parameters.h"
#include "model/updates.h"
#include "program/plan.h"

namespace nao::model {

class NetworkProgram {
 public:
  /// Throws Error(NAO_INVALID) for what decode and lower refuse.
  NetworkProgram(const std::int32_t* code, std::int64_t length, const Parameters& parameters,
                 const program::Rules& rules);

  /// No other program of the process has or had it.
  std::uint64_t id() const { return id_; }
  const program::Program& program() const { return program_; }
  /// What a training step of it is about.
  const StepTensors& tensors() const { return tensors_; }
  /// The logits of its weighted sums, in increasing order: they get gradients, but no update.
  const std::vector<int>& logits() const { return logits_; }
  /// Callable from several threads. The plan of an evaluation is made when it is first asked for: most programs of a
  /// search train only. It is a part of the training's, so what could be wrong with it was found in the constructor.
  const program::Plan& plan(bool training) const;

 private:
  std::uint64_t id_;
  program::Program program_;
  program::Rules rules_;
  program::Plan training_;
  mutable std::once_flag evaluated_;
  mutable program::Plan evaluation_;
  StepTensors tensors_;
  std::vector<int> logits_;
};

}  // namespace nao::model
