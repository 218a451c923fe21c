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

/// Gradients of `ranges`, one after another, spread over those of `all`: zeros where the program has none. Both are in
/// increasing order.
void spread(const std::vector<Range>& ranges, const float* gradients, const std::vector<Range>& all, float* dst) {
  auto own = ranges.begin();
  for (const Range& range : all) {
    if (own != ranges.end() && own->offset == range.offset) {
      std::copy_n(gradients, range.count, dst);
      gradients += range.count;
      ++own;
    } else {
      std::fill_n(dst, range.count, 0.0f);
    }
    dst += range.count;
  }
}

}  // namespace

std::int64_t Contributions::floats(const NetworkProgram& program) {
  return countOf(program.tensors().ranges) + countOf(program.tensors().buffers);
}

void Contributions::stage(std::int64_t floats) {
  if (floats <= stagedFloats_) return;
  staged_.reset();  // first give back, then take
  stagedFloats_ = 0;
  staged_ = device_.allocate<float>(floats, "contributions to a step");
  stagedFloats_ = floats;
}

void Contributions::read(Runner& runner, const NetworkProgram& program, float* contribution) {
  const std::int64_t count = floats(program);
  stage(count);
  std::vector<BoundCall> calls;
  float* dst = staged_.get();
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
  device_.read(contribution, staged_.get(), count * static_cast<std::int64_t>(sizeof(float)));
}

StepResult Contributions::add(Runner& runner, const Programs& programs, const float* contributions,
                              const nao_training& training, float learningRate, std::int64_t step) {
  StepTensors tensors = programs.front()->tensors();
  for (const NetworkProgram* const program : programs) tensors = together(tensors, program->tensors());
  const std::int64_t gradients = countOf(tensors.ranges);
  std::int64_t count = 0;
  for (const NetworkProgram* const program : programs) count += gradients + countOf(program->tensors().buffers);
  std::vector<float> spreadOut(static_cast<std::size_t>(count));
  float* to = spreadOut.data();
  for (const NetworkProgram* const program : programs) {
    const StepTensors& own = program->tensors();
    spread(own.ranges, contributions, tensors.ranges, to);
    const std::int64_t before = countOf(own.ranges), statistics = countOf(own.buffers);
    std::copy_n(contributions + before, statistics, to + gradients);
    contributions += before + statistics;
    to += gradients + statistics;
  }
  stage(count);
  device_.write(staged_.get(), spreadOut.data(), count * static_cast<std::int64_t>(sizeof(float)));

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
    for (const Range& range : tensors.ranges) {
      bindSum(parameters_, range, from, i == 0, i + 1 == programs.size(), wave, bound);
      from += range.count;
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
