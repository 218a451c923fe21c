// The calls after a training step's waves: squares of the gradients, their norm and clip, the update, the average; of
// a batch that is a part of a step first the sum of gradients.
#pragma once

#include "model/binding.h"

namespace nao::model {

/// Adds the calls, in up to five more waves.
void bindUpdate(const NetworkProgram& program, const Parameters& parameters, const StepMemory& memory,
                const StepInput& input, const program::Plan& plan, Bound& bound);

}  // namespace nao::model
