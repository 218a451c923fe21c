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

/// A range of an array that begins with it.
const std::vector<Range>& alone(const Range& range, Bound& bound) {
  return bound.ranges.emplace_back(1, Range{0, range.count});
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
  Bound bound;
  const auto copy = [&](const std::vector<Range>& ranges, const float* src) {
    for (const Range& range : ranges) {
      kernels::Displace k;
      k.ranges = alone(range, bound).data();
      k.rangeCount = 1;
      k.base = src + range.offset;
      k.dst = dst;
      bound.calls.push_back({k, 1, 0});
      dst += range.count;
    }
  };
  copy(program.tensors().ranges, parameters_.data(NAO_GRADIENT, -1));
  copy(program.tensors().buffers, parameters_.batchStatistics());
  runner.run(std::move(bound.calls));
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
  StepInput input;
  input.results.clip = clip_.get();
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
      bindSum(parameters_, alone(range, bound), range.offset, trains ? from : none, i == 0, i + 1 == programs.size(),
              wave, bound);
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
      bindStatistics(parameters_, clip_.get(), alone(range, bound), range.offset, statistics[i], wave, bound);
      statistics[i] += range.count;
    }
  bindSteps(tensors, parameters_, input, wave, bound);
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
