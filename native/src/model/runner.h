// Runs the steps of one network, one after the other. A device may still be at work on one step while the next is
// prepared: results come for all steps together.
#pragma once

#include <cstdint>
#include <vector>

#include "model/binding.h"
#include "model/network_program.h"
#include "model/profile.h"

namespace nao::model {

struct StepResult {
  double loss = 0;  // total, auxiliary losses with their weights
  double gradientNorm = 0;
  std::int32_t correct = 0;
  bool failed = false;  // training: loss or gradient norm not finite; nothing but running statistics has changed
};

/// What a device was asked for; nothing on a CPU.
struct DeviceCalls {
  std::int64_t kernels = 0;    // launches
  std::int64_t transfers = 0;  // copies and fills
  std::int64_t repeated = 0;   // steps of which only what varies was made anew
};

class Runner {
 public:
  virtual ~Runner() = default;

  /// Before all else; one that the device has.
  virtual void setPrecision(nao_precision) {}
  /// Whether libraries compute what they are faster at; after setPrecision. A CPU has none.
  virtual void setLibraries(bool) {}
  /// Takes the memory that steps of `images` images need; before the first start of a run, which ends with finish or an
  /// exception.
  virtual void reserve(const NetworkProgram& program, bool training, int images) = 0;
  /// Forward; with input.training also backward and update. `input` may change afterwards. False: a training step since
  /// the last finish has failed, and this one was not started.
  virtual bool start(const NetworkProgram& program, const StepInput& input) = 0;
  /// Calls between steps, by wave, on memory of the device alone: after all that was started before, and before all
  /// that is started later. finish() waits for them, too; reserve() need not know of them.
  virtual void run(std::vector<BoundCall> calls) = 0;
  /// Waits for the steps started since the last call; one result each, oldest first, up to the first that failed.
  virtual std::vector<StepResult> finish() = 0;
  /// The main logits of the last step, images x classes.
  virtual void readLogits(float* dst) = 0;

  /// Most bytes of activations, gradients and scratch held at once.
  virtual std::int64_t peakBytes() const = 0;
  /// By the steps so far.
  virtual DeviceCalls deviceCalls() const { return {}; }
  virtual void setProfiling(bool on) = 0;
  /// What was measured since profiling was last switched on.
  virtual const Profile& profile() const = 0;
};

/// The loss of a step from its memory, which lies on the host here, in order.
StepResult summed(const std::vector<BoundLoss>& losses, const double* lossSums, const std::int32_t* correct,
                  int images);

}  // namespace nao::model
