// The calls after a training step's waves: squares of the gradients, their norm and clip, the update, the average; of
// a batch that is a part of a step first the sum of gradients.
#pragma once

#include "model/binding.h"

namespace nao::model {

/// Adds the calls, in up to five more waves.
void bindUpdate(const NetworkProgram& program, const Parameters& parameters, const StepMemory& memory,
                const StepInput& input, const program::Plan& plan, Bound& bound);

/// Adds a part's gradients of a range to the sum of those before it; the sum with the last part is the gradient.
void bindSum(const Parameters& parameters, const Range& range, const float* gradient, bool begins, bool ends, int wave,
             Bound& bound);
/// Moves running statistics towards those of a batch.
void bindStatistics(const Parameters& parameters, const kernels::Clip* clip, const Range& range,
                    const float* statistics, int wave, Bound& bound);
/// The squares of the gradients, and in a second wave what follows from their norm and the losses.
void bindClip(const std::vector<Range>& ranges, const Parameters& parameters, const StepMemory& memory,
              const StepInput& input, int lossSlots, int wave, Bound& bound);
/// The update, and in a second wave the average of the weights.
void bindSteps(const StepTensors& tensors, const Parameters& parameters, const StepMemory& memory,
               const StepInput& input, int wave, Bound& bound);

}  // namespace nao::model
