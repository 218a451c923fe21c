#include "model/bind_update.h"

#include <algorithm>
#include <vector>

namespace nao::model {

using namespace kernels;

namespace {

/// SGD of a range of all parameters; without a gradient only momentum and weight decay move it, and if it is
/// `movingOnly`, only what an earlier step has moved.
Sgd sgd(const Parameters& parameters, const StepMemory& memory, const StepInput& input, const Range& range,
        const float* gradient, bool movingOnly) {
  const nao_training& training = *input.training;
  Sgd k;
  k.count = range.count;
  k.value = parameters.data(NAO_VALUE, -1) + range.offset;
  k.momentumBuffer = parameters.data(NAO_MOMENTUM, -1) + range.offset;
  k.gradient = gradient;
  k.clip = memory.clip;
  k.learningRate = input.learningRate;
  k.momentum = training.momentum;
  k.weightDecay = training.weight_decay;
  k.nesterov = training.nesterov != 0;
  k.movingOnly = movingOnly;
  return k;
}

/// The trainable tensors that the program does not name.
std::vector<Range> idleRanges(const NetworkProgram& program, const Parameters& parameters) {
  const auto among = [](const std::vector<int>& tensors, int tensor) {
    return std::binary_search(tensors.begin(), tensors.end(), tensor);
  };
  std::vector<int> idle;
  for (int tensor = 0; tensor < parameters.count(); ++tensor)
    if (!among(program.tensors(), tensor) && !among(program.withoutEffect(), tensor)) idle.push_back(tensor);
  return trainableRanges(parameters, idle);
}

}  // namespace

void bindUpdate(const NetworkProgram& program, const Parameters& parameters, const StepMemory& memory,
                const StepInput& input, const program::Plan& plan, Bound& bound) {
  const std::vector<Range>& ranges = program.ranges();
  const float* gradients = parameters.data(NAO_GRADIENT, -1);
  int wave = plan.waves;
  const auto call = [&](KernelCall made) { bound.calls.push_back({made, 1, wave}); };
  for (std::size_t i = 0; i < ranges.size(); ++i)
    call(SumOfSquares{ranges[i].count, gradients + ranges[i].offset, memory.squares + i});

  GradientClip clip;
  clip.slots = static_cast<int>(ranges.size());
  clip.squares = memory.squares;
  clip.lossSlots = plan.losses * blockCount(input.images);
  clip.lossSums = memory.lossSums;
  clip.clipNorm = input.training->clip_norm;
  clip.before = memory.before;
  clip.clip = memory.clip;
  ++wave;
  call(clip);

  if (input.training->gradients_only != 0) return;
  ++wave;
  for (const Range& range : ranges) call(sgd(parameters, memory, input, range, gradients + range.offset, false));
  if (input.training->idle_update == 0) return;
  for (const Range& range : trainableRanges(parameters, program.withoutEffect()))
    call(sgd(parameters, memory, input, range, nullptr, false));
  for (const Range& range : idleRanges(program, parameters)) call(sgd(parameters, memory, input, range, nullptr, true));
}

}  // namespace nao::model
