// DARTS' architecture step of the second order: the gradients of a validation loss with respect to the logits of
// weighted sums, with the weights one training step further (Liu, Simonyan and Yang 2019, "DARTS: Differentiable
// Architecture Search", section 2.3).
#pragma once

#include <cstdint>

#include "model/parameters.h"
#include "model/runner.h"

namespace nao::model {

/// With w the program's weights, m their momentum, xi the learning rate and L_train, L_val the losses of two batches:
///
///     w'       = w - xi * (momentum * m + dL_train(w) / dw + weight_decay * w)
///     d        = dL_val(w') / dw'
///     h        = 0.01 / |d|
///     gradient = dL_val(w') / da - xi * (dL_train(w + h * d) / da - dL_train(w - h * d) / da) / (2 * h)
///
/// Only what belongs to the logits a, a few hundred numbers, is seen by the host.
class UnrolledStep {
 public:
  UnrolledStep(Device& device, const Parameters& parameters) : device_(device), parameters_(parameters) {}

  /// Leaves the gradients as NAO_GRADIENT of the program's logits; those of other tensors are of no use. Weights,
  /// momentum and running statistics are afterwards what they were, also after an exception.
  ///
  /// training: the images of L_train, and momentum, weight decay and learning rate. validation: the images of L_val.
  /// Returns the result of the validation pass, or of the first pass that failed.
  StepResult run(Runner& runner, const NetworkProgram& program, const StepInput& training, const StepInput& validation);

  /// Of the memory it holds from the first run on: two copies of the parameters.
  std::int64_t bytes() const { return bytes_; }

 private:
  Device& device_;
  const Parameters& parameters_;
  Memory<float> weights_, other_;  // other: the momentum of w', then d
  std::int64_t bytes_ = 0;
};

}  // namespace nao::model
