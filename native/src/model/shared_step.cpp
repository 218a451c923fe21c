#include "model/shared_step.h"

#include <algorithm>
#include <vector>

#include "error.h"

namespace nao::model {
namespace {

/// What a part says besides its contribution.
struct Outcome {
  double loss = 0;
  std::int32_t correct = 0, finite = 0;
};
constexpr std::int64_t kOutcomeFloats = sizeof(Outcome) / sizeof(float);

std::size_t bytesOf(std::int64_t floats) { return static_cast<std::size_t>(floats) * sizeof(float); }

}  // namespace

StepResult trainShared(Runner& runner, const Dataset& dataset, const Programs& programs, const SharedStep& shared,
                       Exchange& exchange, Contributions& contributions, Device& device) {
  const int count = static_cast<int>(programs.size());
  std::int64_t floats = 0;
  for (const NetworkProgram* const program : programs) floats += Contributions::floats(*program);
  // The outcomes stand behind all contributions, so that one copy reads them.
  float* const staged = contributions.stage(floats + 1 + count * kOutcomeFloats);
  float* const outcomes = staged + floats + floats % 2;
  std::vector<OwnedMemory> parts;
  std::int64_t at = 0;
  for (int position = 0; position < count; ++position) {
    const int owner = position % exchange.ranks();
    const NetworkProgram& program = *programs[static_cast<std::size_t>(position)];
    float* const outcomeAt = outcomes + position * kOutcomeFloats;
    if (owner == exchange.rank()) {
      const StepResult result = trainPart(
          runner, dataset, program, {position, &device, shared.training, shared.batch, shared.indices, shared.step});
      if (!result.failed) contributions.copy(runner, program, staged + at);
      const Outcome outcome{result.loss, result.correct, result.failed ? 0 : 1};
      device.write(outcomeAt, &outcome, sizeof(outcome));
    }
    parts.push_back({owner, staged + at, bytesOf(Contributions::floats(program))});
    parts.push_back({owner, outcomeAt, sizeof(Outcome)});
    at += Contributions::floats(program);
  }
  exchange.spread(parts);

  std::vector<Outcome> all(static_cast<std::size_t>(count));
  device.read(all.data(), outcomes, count * static_cast<std::int64_t>(sizeof(Outcome)));
  double loss = 0;
  std::int32_t correct = 0;
  for (int position = 0; position < count; ++position) {
    const Outcome& outcome = all[static_cast<std::size_t>(position)];
    if (outcome.finite == 0)
      throw Error(NAO_NOT_FINITE, text("step %lld: program %d has a loss or a gradient that is not finite",
                                       static_cast<long long>(shared.step), position));
    const int each = shared.training->micro_batch;
    loss += outcome.loss * std::min(each, shared.batch - position * each) / shared.batch;
    correct += outcome.correct;
  }
  StepResult result = contributions.add(runner, programs, *shared.training, shared.learningRate, shared.step);
  result.loss = loss;
  result.correct = correct;
  return result;
}

}  // namespace nao::model
