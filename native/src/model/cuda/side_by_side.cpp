#include "model/cuda/side_by_side.h"

#include <algorithm>
#include <utility>

#include "error.h"

namespace nao::model {
namespace {

/// Activations of the second runner take at most this part of the device's memory: where they need more, a single
/// evaluation is large enough for the whole GPU.
constexpr std::int64_t kPartOfMemory = 16;

}  // namespace

void SideBySide::setPrecision(nao_precision precision) {
  precision_ = precision;
  first_.setPrecision(precision);
  if (second_ != nullptr) second_->setPrecision(precision);
}

void SideBySide::setLibraries(bool on) {
  libraries_ = on;
  first_.setLibraries(on);
  if (second_ != nullptr) second_->setLibraries(on);
}

void SideBySide::reserve(const NetworkProgram& program, bool training, int images) {
  if (!takers_.empty()) begin();  // a run has ended with an exception
  try {
    first_.reserve(program, training, images);
  } catch (const Error& error) {
    if (error.status() != NAO_NO_MEMORY || second_ == nullptr) throw;
    second_->giveBack();
    first_.reserve(program, training, images);
  }
}

void SideBySide::begin() {
  if (firstMustWait_) alone();
  if (second_ != nullptr) second_->forget();
  takers_.clear();
  memoryIsShort_ = false;
}

CudaRunner& SideBySide::alone() {
  if (firstMustWait_) first_.waitFor(*second_);
  firstMustWait_ = false;
  secondMustWait_ = true;
  return first_;
}

bool SideBySide::hasSecond(const NetworkProgram& program, int images) {
  const std::int64_t bytes =
      program.plan(false).arenaFloats * kernels::blockCount(images) * static_cast<std::int64_t>(sizeof(float));
  if (memoryIsShort_ || bytes > device_.memoryBytes() / kPartOfMemory) return false;
  try {
    if (second_ == nullptr) {
      second_ = std::make_unique<CudaRunner>(device_, parameters_);
      second_->setPrecision(precision_);
      second_->setLibraries(libraries_);
      secondMustWait_ = true;
    }
    second_->provide(program, false, images);
    return true;
  } catch (const Error& error) {
    if (error.status() != NAO_NO_MEMORY) throw;
    memoryIsShort_ = true;  // it goes on without
    return false;
  }
}

bool SideBySide::start(const NetworkProgram& program, const StepInput& input) {
  const bool changesNothing = input.training == nullptr && input.statistics != NAO_AUTHORS_STATISTICS;
  CudaRunner* taker = &first_;
  if (!changesNothing || profiling_) {
    alone();
  } else if (takers_.size() % 2 == 1 && hasSecond(program, input.images)) {
    taker = second_.get();
    if (secondMustWait_) second_->waitFor(first_);
    secondMustWait_ = false;
    firstMustWait_ = true;
  }
  last_ = taker;
  if (!taker->start(program, input)) return false;
  takers_.push_back(taker);
  return true;
}

void SideBySide::run(std::vector<BoundCall> calls) { alone().run(std::move(calls)); }

std::vector<StepResult> SideBySide::finish() {
  const bool both = std::find(takers_.begin(), takers_.end(), second_.get()) != takers_.end();
  const std::vector<StepResult> ofFirst = first_.finish();
  const std::vector<StepResult> ofSecond = both ? second_->finish() : std::vector<StepResult>();
  std::vector<StepResult> results;
  auto first = ofFirst.begin(), second = ofSecond.begin();
  for (const CudaRunner* const taker : takers_) {
    if (taker != &first_)
      results.push_back(*second++);
    else if (first != ofFirst.end())
      results.push_back(*first++);
    else
      break;  // the step before has failed
  }
  takers_.clear();
  firstMustWait_ = secondMustWait_ = memoryIsShort_ = false;
  return results;
}

std::int64_t SideBySide::peakBytes() const {
  return first_.peakBytes() + (second_ == nullptr ? 0 : second_->peakBytes());
}

DeviceCalls SideBySide::deviceCalls() const {
  DeviceCalls calls = first_.deviceCalls();
  if (second_ != nullptr) {
    calls.kernels += second_->deviceCalls().kernels;
    calls.transfers += second_->deviceCalls().transfers;
    calls.repeated += second_->deviceCalls().repeated;
  }
  return calls;
}

void SideBySide::setProfiling(bool on) {
  profiling_ = on;
  first_.setProfiling(on);
}

}  // namespace nao::model
