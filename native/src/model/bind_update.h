// The calls before and after those of a training step's plan: cleared gradients; squares of the gradients, their norm
// and clip, the update, the average; of a batch that is a part of a step first the sum of gradients.
#pragma once

#include "model/binding.h"

namespace nao::model {

/// Clears the gradients that a training step adds to, in the first wave.
void bindClear(const Parameters& parameters, const StepTensors& tensors, Bound& bound);

/// Adds the calls after those of a plan, in up to five more waves.
void bindUpdate(const NetworkProgram& program, const Parameters& parameters, const StepMemory& memory,
                const StepInput& input, const program::Plan& plan, Bound& bound);

// Lists of ranges have to outlive the calls.

/// Adds a part's gradients to the sum of those before it; the sum with the last part is the gradient. Element 0 of
/// `gradient` is the network's element `first`.
void bindSum(const Parameters& parameters, const std::vector<Range>& ranges, std::int64_t first, const float* gradient,
             bool begins, bool ends, int wave, Bound& bound);
/// Moves running statistics towards those of a batch, whose element 0 is the network's element `first`.
void bindStatistics(const Parameters& parameters, const kernels::Clip* clip, const std::vector<Range>& ranges,
                    std::int64_t first, const float* statistics, int wave, Bound& bound);
/// The squares of the gradients, and in a second wave what follows from their norm and the losses.
void bindClip(const std::vector<Range>& ranges, const Parameters& parameters, const StepMemory& memory,
              const StepInput& input, int lossSlots, int wave, Bound& bound);
/// The update, and in a second wave the average of the weights.
void bindSteps(const StepTensors& tensors, const Parameters& parameters, const StepInput& input, int wave,
               Bound& bound);

}  // namespace nao::model
