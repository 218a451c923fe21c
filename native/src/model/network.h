// A network: parameters on a device, and the training and evaluation steps of programs over them.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "model/contributions.h"
#include "model/device.h"
#include "model/parameters.h"
#include "model/runner.h"
#include "model/unrolled_step.h"

namespace nao::model {

class Network {
 public:
  Network(Device& device, const std::int64_t* sizes, const std::uint8_t* trainable, int count)
      : device_(device), parameters_(device, sizes, trainable, count), runner_(device.makeRunner(parameters_)) {}

  Device& device() const { return device_; }
  const Parameters& parameters() const { return parameters_; }
  Parameters& parameters() { return parameters_; }
  Runner& runner() { return *runner_; }
  /// How its programs are lowered; from then on the precision stays.
  program::Rules rules() {
    hasPrograms_ = true;
    return device_.rules(precision_);
  }
  /// Throws Error(NAO_INVALID) where there are programs, or the device does not have it.
  void setPrecision(nao_precision precision);
  const Runner& runner() const { return *runner_; }
  UnrolledStep& unrolledStep() { return unrolled_; }
  Contributions& contributions() { return contributions_; }
  /// Most bytes of activations, gradients and scratch held at once.
  std::int64_t peakBytes() const { return runner_->peakBytes() + unrolled_.bytes() + contributions_.bytes(); }

  /// The runner's profile as JSON (profile.h); valid until the next call.
  const std::string& profile();

 private:
  Device& device_;
  Parameters parameters_;
  std::unique_ptr<Runner> runner_;
  UnrolledStep unrolled_{device_, parameters_};
  Contributions contributions_{device_, parameters_};
  std::string profile_;
  nao_precision precision_ = NAO_FP32;
  bool hasPrograms_ = false;
};

}  // namespace nao::model
