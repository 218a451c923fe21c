#include "model/contributions.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "model/bind_update.h"

namespace nao::model {
namespace {

std::int64_t countOf(const std::vector<Range>& ranges) {
  std::int64_t count = 0;
  for (const Range& range : ranges) count += range.count;
  return count;
}

}  // namespace

std::int64_t Contributions::floats(const NetworkProgram& program) {
  return countOf(program.tensors().ranges) + countOf(program.tensors().buffers);
}

float* Contributions::stage(std::int64_t floats) {
  if (floats > stagedFloats_) {
    staged_.reset();  // first give back, then take
    stagedFloats_ = 0;
    staged_ = device_.allocate<float>(floats, "contributions to a step");
    stagedFloats_ = floats;
  }
  return staged_.get();
}

const float* Contributions::zeros(std::int64_t floats) {
  if (floats > zeroFloats_) {
    zeros_ = device_.allocate<float>(floats, "contributions to a step");
    zeroFloats_ = floats;
  }
  return zeros_.get();
}

void Contributions::copy(Runner& runner, const NetworkProgram& program, float* dst) {
  std::vector<BoundCall> calls;
  const auto copy = [&](const std::vector<Range>& ranges, const float* src) {
    for (const Range& range : ranges) {
      calls.push_back({kernels::Displace{range.count, src + range.offset, nullptr, 0, dst}, 1, 0});
      dst += range.count;
    }
  };
  copy(program.tensors().ranges, parameters_.data(NAO_GRADIENT, -1));
  copy(program.tensors().buffers, parameters_.batchStatistics());
  runner.run(std::move(calls));
  runner.finish();
}

StepResult Contributions::add(Runner& runner, const Programs& programs, const nao_training& training,
                              float learningRate, std::int64_t step) {
  StepTensors tensors = programs.front()->tensors();
  for (const NetworkProgram* const program : programs) tensors = together(tensors, program->tensors());
  std::int64_t longest = 0;
  for (const Range& range : tensors.ranges) longest = std::max(longest, range.count);
  const float* const none = zeros(longest);

  if (squares_ == nullptr) {
    squares_ =
        device_.allocate<double>(static_cast<std::int64_t>(trainableRanges(parameters_).size()), "the gradient norm");
    clip_ = device_.allocate<kernels::Clip>(1, "the clip of a step");
  }
  StepMemory memory;
  memory.squares = squares_.get();
  memory.clip = clip_.get();
  StepInput input;
  input.training = &training;
  input.step = step;
  input.learningRate = learningRate;
  Bound bound;
  int wave = 0;
  const float* from = staged_.get();
  std::vector<const float*> statistics;
  for (std::size_t i = 0; i < programs.size(); ++i, ++wave) {
    // Both are in increasing order.
    auto own = programs[i]->tensors().ranges.begin();
    for (const Range& range : tensors.ranges) {
      const bool trains = own != programs[i]->tensors().ranges.end() && own->offset == range.offset;
      bindSum(parameters_, range, trains ? from : none, i == 0, i + 1 == programs.size(), wave, bound);
      if (!trains) continue;
      from += range.count;
      ++own;
    }
    statistics.push_back(from);
    from += countOf(programs[i]->tensors().buffers);
  }
  bindClip(tensors.ranges, parameters_, memory, input, 0, wave, bound);
  wave += 2;
  for (std::size_t i = 0; i < programs.size(); ++i, ++wave)
    for (const Range& range : programs[i]->tensors().buffers) {
      bindStatistics(parameters_, memory.clip, range, statistics[i], wave, bound);
      statistics[i] += range.count;
    }
  bindSteps(tensors, parameters_, memory, input, wave, bound);
  runner.run(std::move(bound.calls));
  runner.finish();
  kernels::Clip clip;
  device_.read(&clip, clip_.get(), sizeof(clip));
  StepResult result;
  result.gradientNorm = clip.norm;
  result.failed = clip.finite == 0;
  return result;
}

}  // namespace nao::model
