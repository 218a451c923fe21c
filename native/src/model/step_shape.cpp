#include "model/step_shape.h"

#include <tuple>

#include "model/binding.h"

namespace nao::model {
namespace {

auto all(const StepShape& s) {
  return std::tie(s.images, s.training, s.statistics, s.hasPixels, s.mixes, s.begins, s.ends, s.leavesStatistics,
                  s.contributes, s.gradientsOnly, s.idleUpdate, s.averages, s.drops);
}

}  // namespace

bool operator==(const StepShape& a, const StepShape& b) { return all(a) == all(b); }

StepShape shapeOf(const NetworkProgram& program, const StepInput& input) {
  StepShape shape;
  shape.images = input.images;
  shape.training = input.training != nullptr;
  shape.hasPixels = input.pixels != nullptr;
  shape.mixes = input.partnerLabels != nullptr;
  shape.begins = input.begins();
  shape.ends = input.ends();
  shape.leavesStatistics = input.leavesStatistics();
  shape.contributes = input.contributes;
  if (!shape.training) {
    shape.statistics = input.statistics;
    return shape;
  }
  shape.gradientsOnly = input.training->gradients_only != 0;
  shape.idleUpdate = input.training->idle_update != 0;
  shape.averages = input.training->average_decay > 0;
  for (const program::Mask& mask : program.plan(true).masks) shape.drops.push_back(keptBy(mask, input) < 1);
  return shape;
}

}  // namespace nao::model
