// A network: parameters, working memory, and the training and evaluation steps of programs over them.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "model/binding.h"
#include "model/dataset.h"
#include "model/device.h"
#include "model/parameters.h"
#include "program/plan.h"

namespace nao::model {

/// One architecture over a network's parameters: its launches for training and for evaluation, and what it uses.
class NetworkProgram {
 public:
  /// Throws Error(NAO_INVALID) for what decode and lower refuse.
  NetworkProgram(const std::int32_t* code, std::int64_t length, const Parameters& parameters);

  const program::Program& program() const { return program_; }
  /// All tensors it names, in increasing order.
  const std::vector<int>& tensors() const { return tensors_; }
  /// Callable from several threads. The plan of an evaluation is made when it is first asked for: most programs of a
  /// search train only. It is a part of the training's, so what could be wrong with it was found in the constructor.
  const program::Plan& plan(bool training) const;

 private:
  program::Program program_;
  program::Plan training_;
  mutable std::once_flag evaluated_;
  mutable program::Plan evaluation_;
  std::vector<int> tensors_;
};

struct StepResult {
  double loss = 0;  // total, auxiliary losses with their weights
  double gradientNorm = 0;
  std::int32_t correct = 0;
};

class Network {
 public:
  Network(Device& device, const std::int64_t* sizes, const std::uint8_t* trainable, int count)
      : device_(device), parameters_(sizes, trainable, count) {}

  Device& device() { return device_; }
  Parameters& parameters() { return parameters_; }
  const Parameters& parameters() const { return parameters_; }
  std::int64_t peakBytes() const { return peakBytes_; }

  /// Forward; with input.training also backward and update. Throws Error(NAO_NOT_FINITE) before anything but running
  /// statistics has changed. `logits` (images x classes) may be null.
  StepResult step(const NetworkProgram& program, const StepInput& input, float learningRate, float* logits);

  void setProfiling(bool on);
  const std::string& profile();

 private:
  void prepare(const program::Plan& plan, int images);
  void execute(Bound& bound);
  void runWave(Bound& bound, std::size_t first, std::size_t end);
  kernels::Clip gradientClip(const NetworkProgram& program, float clipNorm);
  void update(const NetworkProgram& program, const nao_training& training, float learningRate, float clipScale);

  Device& device_;
  Parameters parameters_;
  Memory<float> arena_, fixed_;
  std::int64_t arenaFloats_ = 0, fixedFloats_ = 0;
  std::int64_t peakBytes_ = 0;
  std::vector<Memory<float>> scratch_;  // one a thread
  std::vector<std::int64_t> scratchFloats_;
  Bound bound_;
  bool profiling_ = false;
  std::vector<std::vector<double>> seconds_;  // [thread][kind of call]
  std::string profile_;
};

}  // namespace nao::model
