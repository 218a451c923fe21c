// A launch of a plan -> its call, of all launches whose calls are the same in every step of a shape: they see no input.
#pragma once

#include "model/binding.h"
#include "model/step_views.h"

namespace nao::model {

/// Adds nothing for launches of which bind_values.h makes calls.
void bindLaunch(const program::Launch& launch, const program::Plan& plan, const Parameters& parameters,
                const StepShape& shape, const StepViews& view, Bound& bound);

}  // namespace nao::model
