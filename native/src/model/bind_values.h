// A launch of a plan -> its call, of the launches whose parameters hold what is another in every step: images, labels,
// random numbers, where results go.
#pragma once

#include "model/binding.h"
#include "model/step_views.h"

namespace nao::model {

/// Adds nothing for launches of which bind_launches.h makes calls.
void bindValues(const program::Launch& launch, const program::Plan& plan, const StepInput& input, const StepViews& view,
                Bound& bound);

}  // namespace nao::model
