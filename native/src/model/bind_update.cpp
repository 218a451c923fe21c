#include "model/bind_update.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace nao::model {

using namespace kernels;

namespace {

/// Steps in which the average first forgets quickly: after s steps its decay is at most (1 + s) / (this + s).
constexpr double kAverageWarmUp = 10;

/// A call over ranges, each of which is an item; the list has to outlive the calls.
template <class Call>
Call& over(const std::vector<Range>& ranges, Call& call) {
  call.ranges = ranges.data();
  call.rangeCount = static_cast<int>(ranges.size());
  return call;
}
void push(const std::vector<Range>& ranges, KernelCall call, int wave, Bound& bound, bool varies = false) {
  if (!ranges.empty()) bound.calls.push_back({std::move(call), static_cast<int>(ranges.size()), wave, -1, varies});
}
const std::vector<Range>& kept(std::vector<Range> ranges, Bound& bound) {
  return bound.ranges.emplace_back(std::move(ranges));
}

/// SGD; without a gradient only momentum and weight decay move a range, and if it is `movingOnly`, only what an earlier
/// step has moved.
void bindSgd(const Parameters& parameters, const StepInput& input, const std::vector<Range>& ranges,
             const float* gradient, bool movingOnly, int wave, Bound& bound) {
  const nao_training& training = *input.training;
  Sgd k;
  k.value = parameters.data(NAO_VALUE, -1);
  k.momentumBuffer = parameters.data(NAO_MOMENTUM, -1);
  k.gradient = gradient;
  k.clip = input.results.clip;
  k.learningRate = input.learningRate;
  k.momentum = training.momentum;
  k.weightDecay = training.weight_decay;
  k.nesterov = training.nesterov != 0;
  k.movingOnly = movingOnly;
  push(ranges, over(ranges, k), wave, bound, true);
}

/// Of all parameters and buffers.
void bindAverage(const Parameters& parameters, const StepInput& input, int wave, Bound& bound) {
  const double step = static_cast<double>(input.step);
  const double decay =
      std::min(static_cast<double>(input.training->average_decay), (1 + step) / (kAverageWarmUp + step));
  Average k;
  k.value = parameters.data(NAO_VALUE, -1);
  k.average = parameters.average();
  k.rate = static_cast<float>(1 - decay);
  k.clip = input.results.clip;
  push(parameters.ranges(), over(parameters.ranges(), k), wave, bound, true);
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

void bindClear(const Parameters& parameters, const StepTensors& tensors, Bound& bound) {
  Displace k;
  k.dst = parameters.data(NAO_GRADIENT, -1);
  push(tensors.gradients, over(tensors.gradients, k), 0, bound);
}

void bindClip(const std::vector<Range>& ranges, const Parameters& parameters, const StepMemory& memory,
              const StepInput& input, int lossSlots, int wave, Bound& bound) {
  SumOfSquares squares;
  squares.x = parameters.data(NAO_GRADIENT, -1);
  squares.sums = memory.squares;
  push(ranges, over(ranges, squares), wave, bound);
  GradientClip clip;
  clip.slots = static_cast<int>(ranges.size());
  clip.squares = memory.squares;
  clip.lossSlots = lossSlots;
  clip.lossSums = input.results.lossSums;
  clip.clipNorm = input.training->clip_norm;
  clip.before = input.results.before;
  clip.clip = input.results.clip;
  bound.calls.push_back({clip, 1, wave + 1, -1, true});
}

void bindSteps(const StepTensors& tensors, const Parameters& parameters, const StepInput& input, int wave,
               Bound& bound) {
  bindSgd(parameters, input, tensors.ranges, parameters.data(NAO_GRADIENT, -1), false, wave, bound);
  if (input.training->idle_update != 0) {
    bindSgd(parameters, input, kept(trainableRanges(parameters, tensors.withoutEffect), bound), nullptr, false, wave,
            bound);
    bindSgd(parameters, input, kept(idleRanges(tensors, parameters), bound), nullptr, true, wave, bound);
  }
  if (input.training->average_decay > 0) bindAverage(parameters, input, wave + 1, bound);
}

void bindSum(const Parameters& parameters, const std::vector<Range>& ranges, std::int64_t first, const float* gradient,
             bool begins, bool ends, int wave, Bound& bound) {
  float* const sum = parameters.gradientSum() + first;
  Displace k;
  k.base = begins ? gradient : sum;
  k.direction = begins ? nullptr : gradient;
  k.step = 1;
  k.dst = ends ? parameters.data(NAO_GRADIENT, -1) + first : sum;
  push(ranges, over(ranges, k), wave, bound);
}

void bindStatistics(const Parameters& parameters, const Clip* clip, const std::vector<Range>& ranges,
                    std::int64_t first, const float* statistics, int wave, Bound& bound) {
  Average k;
  k.value = statistics;
  k.average = parameters.data(NAO_VALUE, -1) + first;
  k.rate = BatchNorm().momentum;
  k.clip = clip;
  push(ranges, over(ranges, k), wave, bound, true);
}

void bindUpdate(const NetworkProgram& program, const Parameters& parameters, const StepMemory& memory,
                const StepInput& input, const program::Plan& plan, Bound& bound) {
  const StepTensors& tensors = input.tensorsOf(program);
  int wave = plan.waves;
  if (!input.contributes && !(input.begins() && input.ends())) {
    bindSum(parameters, tensors.ranges, 0, parameters.data(NAO_GRADIENT, -1), input.begins(), input.ends(), wave,
            bound);
    ++wave;
  }
  bindClip(tensors.ranges, parameters, memory, input, plan.losses * blockCount(input.images), wave, bound);
  if (input.contributes || input.training->gradients_only != 0) return;
  wave += 2;
  if (input.tensors != nullptr)
    bindStatistics(parameters, input.results.clip, program.tensors().buffers, 0, parameters.batchStatistics(), wave,
                   bound);
  if (input.ends()) bindSteps(tensors, parameters, input, wave, bound);
}

}  // namespace nao::model
