#include "model/cuda/packed_steps.h"

#include <tuple>
#include <utility>

namespace nao::model {
namespace {

/// Programs that are remembered; of more, the first are forgotten, and kept at their third step.
constexpr std::size_t kMostSeen = 1 << 16;

auto all(const StepAddresses& a) {
  return std::tie(a.arena, a.fixed, a.squares, a.block, a.values, a.gradientSum, a.batchStatistics);
}

}  // namespace

bool operator==(const StepAddresses& a, const StepAddresses& b) { return all(a) == all(b); }

std::int64_t PackedStep::bytes() const {
  return static_cast<std::int64_t>(sizeof(*this) + rest.size() + waves.size() * sizeof(Wave));
}

const PackedStep* PackedSteps::find(std::uint64_t program, const StepShape& shape, const StepAddresses& addresses) {
  const auto [begin, end] = byProgram_.equal_range(program);
  for (auto found = begin; found != end; ++found) {
    const auto step = found->second;
    if (!(step->shape == shape)) continue;
    if (step->addresses == addresses) {
      steps_.splice(steps_.begin(), steps_, step);
      return &*step;
    }
    drop(step);  // the memory that it was packed for is another
    return nullptr;
  }
  return nullptr;
}

bool PackedSteps::wants(std::uint64_t program) {
  if (seen_.size() >= kMostSeen) seen_.clear();
  return !seen_.insert(program).second;
}

void PackedSteps::add(PackedStep step) {
  bytes_ += step.bytes();
  steps_.push_front(std::move(step));
  byProgram_.emplace(steps_.front().program, steps_.begin());
  while (bytes_ > mostBytes_ && !steps_.empty()) drop(std::prev(steps_.end()));
}

void PackedSteps::drop(std::list<PackedStep>::iterator step) {
  const auto [begin, end] = byProgram_.equal_range(step->program);
  for (auto found = begin; found != end; ++found)
    if (found->second == step) {
      byProgram_.erase(found);
      break;
    }
  bytes_ -= step->bytes();
  steps_.erase(step);
}

}  // namespace nao::model
