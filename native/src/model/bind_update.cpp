#include "model/bind_update.h"

#include <algorithm>
#include <vector>

namespace nao::model {

using namespace kernels;

namespace {

/// Steps in which the average first forgets quickly: after s steps its decay is at most (1 + s) / (this + s).
constexpr double kAverageWarmUp = 10;

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

/// Adds a batch's gradients to those of the batches before it; the last one's become the sum.
void bindSum(const Parameters& parameters, const StepInput& input, const std::vector<Range>& ranges, int wave,
             Bound& bound) {
  for (const Range& range : ranges)
    bindSum(parameters, range, parameters.data(NAO_GRADIENT, -1) + range.offset, input.begins(), input.ends(), wave,
            bound);
}

/// Of all parameters and buffers.
void bindAverage(const Parameters& parameters, const StepMemory& memory, const StepInput& input, int wave,
                 Bound& bound) {
  const double step = static_cast<double>(input.step);
  const double decay =
      std::min(static_cast<double>(input.training->average_decay), (1 + step) / (kAverageWarmUp + step));
  for (std::int64_t at = 0; at < parameters.elements(); at += kRangeElements) {
    Average k;
    k.count = std::min(kRangeElements, parameters.elements() - at);
    k.value = parameters.data(NAO_VALUE, -1) + at;
    k.average = parameters.average() + at;
    k.rate = static_cast<float>(1 - decay);
    k.clip = memory.clip;
    bound.calls.push_back({k, 1, wave});
  }
}

/// The trainable tensors that no program of the step names.
std::vector<Range> idleRanges(const StepTensors& named, const Parameters& parameters) {
  const auto among = [](const std::vector<int>& tensors, int tensor) {
    return std::binary_search(tensors.begin(), tensors.end(), tensor);
  };
  std::vector<int> idle;
  for (int tensor = 0; tensor < parameters.count(); ++tensor)
    if (!among(named.used, tensor) && !among(named.withoutEffect, tensor)) idle.push_back(tensor);
  return trainableRanges(parameters, idle);
}

}  // namespace

void bindClip(const std::vector<Range>& ranges, const Parameters& parameters, const StepMemory& memory,
              const StepInput& input, int lossSlots, int wave, Bound& bound) {
  const float* const gradients = parameters.data(NAO_GRADIENT, -1);
  for (std::size_t i = 0; i < ranges.size(); ++i)
    bound.calls.push_back({SumOfSquares{ranges[i].count, gradients + ranges[i].offset, memory.squares + i}, 1, wave});
  GradientClip clip;
  clip.slots = static_cast<int>(ranges.size());
  clip.squares = memory.squares;
  clip.lossSlots = lossSlots;
  clip.lossSums = memory.lossSums;
  clip.clipNorm = input.training->clip_norm;
  clip.before = memory.before;
  clip.clip = memory.clip;
  bound.calls.push_back({clip, 1, wave + 1});
}

void bindSteps(const StepTensors& tensors, const Parameters& parameters, const StepMemory& memory,
               const StepInput& input, int wave, Bound& bound) {
  const float* const gradients = parameters.data(NAO_GRADIENT, -1);
  const auto call = [&](KernelCall made) { bound.calls.push_back({made, 1, wave}); };
  for (const Range& range : tensors.ranges)
    call(sgd(parameters, memory, input, range, gradients + range.offset, false));
  if (input.training->idle_update != 0) {
    for (const Range& range : trainableRanges(parameters, tensors.withoutEffect))
      call(sgd(parameters, memory, input, range, nullptr, false));
    for (const Range& range : idleRanges(tensors, parameters))
      call(sgd(parameters, memory, input, range, nullptr, true));
  }
  if (input.training->average_decay > 0) bindAverage(parameters, memory, input, wave + 1, bound);
}

void bindSum(const Parameters& parameters, const Range& range, const float* gradient, bool begins, bool ends, int wave,
             Bound& bound) {
  float* const sum = parameters.gradientSum() + range.offset;
  Displace k;
  k.count = range.count;
  k.base = begins ? gradient : sum;
  k.direction = begins ? nullptr : gradient;
  k.step = 1;
  k.dst = ends ? parameters.data(NAO_GRADIENT, -1) + range.offset : sum;
  bound.calls.push_back({k, 1, wave});
}

void bindStatistics(const Parameters& parameters, const Clip* clip, const Range& range, const float* statistics,
                    int wave, Bound& bound) {
  Average k;
  k.count = range.count;
  k.value = statistics;
  k.average = parameters.data(NAO_VALUE, -1) + range.offset;
  k.rate = BatchNorm().momentum;
  k.clip = clip;
  bound.calls.push_back({k, 1, wave});
}

void bindUpdate(const NetworkProgram& program, const Parameters& parameters, const StepMemory& memory,
                const StepInput& input, const program::Plan& plan, Bound& bound) {
  const StepTensors& tensors = input.tensorsOf(program);
  int wave = plan.waves;
  if (!input.contributes && !(input.begins() && input.ends())) {
    bindSum(parameters, input, tensors.ranges, wave, bound);
    ++wave;
  }
  bindClip(tensors.ranges, parameters, memory, input, plan.losses * blockCount(input.images), wave, bound);
  if (input.contributes || input.training->gradients_only != 0) return;
  wave += 2;
  if (input.tensors != nullptr)
    for (const Range& range : program.tensors().buffers)
      bindStatistics(parameters, memory.clip, range, parameters.batchStatistics() + range.offset, wave, bound);
  if (input.ends()) bindSteps(tensors, parameters, memory, input, wave, bound);
}

}  // namespace nao::model
