#include "model/binding.h"

#include <algorithm>
#include <utility>

#include "model/bind_launches.h"
#include "model/bind_update.h"
#include "model/bind_values.h"
#include "model/step_views.h"

namespace nao::model {

float keptBy(const program::Mask& mask, const StepInput& input) {
  if (mask.dropout) return input.training->dropout_keep;
  const double total = static_cast<double>(input.training->total_steps);
  const double progress = total > 0 ? static_cast<double>(input.step + 1) / total : 1.0;
  const double clipped = progress < 1.0 ? progress : 1.0;
  return static_cast<float>(1.0 - clipped * static_cast<double>(mask.layerFraction) *
                                      (1.0 - static_cast<double>(input.training->drop_path_keep)));
}

void bind(const NetworkProgram& program, const Parameters& parameters, const StepMemory& memory, const StepInput& input,
          const StepShape& shape, Bound& bound) {
  const program::Plan& plan = program.plan(shape.training);
  const StepViews view(plan, parameters, memory, shape);
  bound = Bound();
  if (shape.training) bindClear(parameters, input.tensorsOf(program), bound);
  for (const program::Launch& launch : plan.launches) {
    bindLaunch(launch, plan, parameters, shape, view, bound);
    bindValues(launch, plan, input, view, bound);
  }
  if (shape.training) bindUpdate(program, parameters, memory, input, plan, bound);
  bound.logits = view.memory(plan.logits);
}

void bindVarying(const NetworkProgram& program, const Parameters& parameters, const StepMemory& memory,
                 const StepInput& input, const StepShape& shape, Bound& bound) {
  const program::Plan& plan = program.plan(shape.training);
  const StepViews view(plan, parameters, memory, shape);
  bound = Bound();
  for (const program::Launch& launch : plan.launches) bindValues(launch, plan, input, view, bound);
  if (shape.training) {
    Bound update;
    bindUpdate(program, parameters, memory, input, plan, update);
    for (BoundCall& call : update.calls)
      if (call.varies) bound.calls.push_back(std::move(call));
    bound.ranges = std::move(update.ranges);
  }
  bound.logits = view.memory(plan.logits);
}

}  // namespace nao::model
