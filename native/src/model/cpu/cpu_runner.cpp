#include "model/cpu/cpu_runner.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <utility>

#include "model/cpu/calls.h"

namespace nao::model {
namespace {

/// Blocks of images for each thread, with fewer of which some threads would wait long for the others.
constexpr int kLeastBlocks = 4;

double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

}  // namespace

void CpuRunner::reserve(const NetworkProgram& program, bool training, int images) {
  const program::Plan& plan = program.plan(training);
  results_.clear();
  const std::int64_t blocks = kernels::blockCount(images);
  if (plan.arenaFloats * blocks > arenaFloats_) {
    arena_.reset();  // first give back, then take
    arenaFloats_ = 0;
    arena_ = device_.allocate<float>(plan.arenaFloats * blocks, "activations");
    arenaFloats_ = plan.arenaFloats * blocks;
  }
  if (plan.fixedFloats > fixedFloats_) {
    fixed_ = device_.allocate<float>(plan.fixedFloats, "batch normalisation");
    fixedFloats_ = plan.fixedFloats;
  }
  const auto losses = static_cast<std::size_t>(plan.losses * blocks);
  if (losses > lossSums_.size()) {
    lossSums_.resize(losses);
    correct_.resize(losses);
  }
}

bool CpuRunner::start(const NetworkProgram& program, const StepInput& input) {
  if (!results_.empty() && results_.back().failed) return false;
  const bool training = input.training != nullptr;
  StepMemory memory;
  memory.arena = arena_.get();
  memory.fixed = fixed_.get();
  memory.squares = squares_.data();
  StepInput own = input;
  own.results = {lossSums_.data(), correct_.data(), &clip_, nullptr};
  bind(program, parameters_, memory, own, shapeOf(program, own), bound_);
  logits_ = static_cast<std::int64_t>(input.images) * program.program().classes;
  execute();

  StepResult result = summed(bound_.losses, lossSums_.data(), correct_.data(), input.images);
  if (training) {
    result.gradientNorm = clip_.norm;
    result.failed = clip_.finite == 0;
  }
  results_.push_back(result);
  return !result.failed;
}

void CpuRunner::run(std::vector<BoundCall> calls) {
  bound_ = Bound();
  bound_.calls = std::move(calls);
  execute();
}

std::vector<StepResult> CpuRunner::finish() { return std::exchange(results_, {}); }

void CpuRunner::readLogits(float* dst) {
  std::memcpy(dst, bound_.logits, static_cast<std::size_t>(logits_) * sizeof(float));
}

void CpuRunner::execute() {
  const kernels::KernelTable& table = device_.kernels();
  const auto threads = static_cast<std::size_t>(device_.pool().threads());
  std::int64_t needed = 0;
  for (const BoundCall& call : bound_.calls) needed = std::max(needed, scratchFloats(table, call.call));
  scratch_.resize(threads);
  scratchFloats_.resize(threads, 0);
  if (profiling_) seconds_.assign(threads, std::vector<double>(bound_.calls.size(), 0.0));
  std::int64_t bytes = (arenaFloats_ + fixedFloats_) * static_cast<std::int64_t>(sizeof(float));
  for (std::size_t thread = 0; thread < threads; ++thread) {
    if (scratchFloats_[thread] < needed) {
      scratch_[thread] = device_.allocate<float>(needed, "a thread's scratch");
      scratchFloats_[thread] = needed;
    }
    bytes += scratchFloats_[thread] * static_cast<std::int64_t>(sizeof(float));
  }
  peakBytes_ = std::max(peakBytes_, bytes);

  for (std::size_t first = 0; first < bound_.calls.size();) {
    const int phase = bound_.calls[first].phase;
    std::size_t end = first + 1;
    while (end < bound_.calls.size() && bound_.calls[end].phase == phase) ++end;
    if (phase < 0)
      runWaves(first, end);
    else
      runPhase(first, end);
    first = end;
  }
  if (profiling_) addToProfile();
}

void CpuRunner::runPhase(std::size_t first, std::size_t end) {
  const int blocks = bound_.calls[first].items;
  std::size_t forAll = first;  // the first call that sees all images
  while (forAll < end && bound_.calls[forAll].items == blocks) ++forAll;
  if (blocks < kLeastBlocks * device_.pool().threads()) {
    runWaves(first, end);
    return;
  }
  // What the phase before did last is done first: some of it is still in a cache.
  const bool backwards = bound_.calls[first].phase % 2 == 1;
  device_.pool().run(blocks, [&](int item, int thread) {
    const int block = backwards ? blocks - 1 - item : item;
    for (std::size_t call = first; call < forAll; ++call) runOne(call, block, thread);
  });
  runWaves(forAll, end);
}

void CpuRunner::runWaves(std::size_t first, std::size_t end) {
  while (first < end) {
    std::size_t next = first + 1;
    while (next < end && bound_.calls[next].wave == bound_.calls[first].wave) ++next;
    runWave(first, next);
    first = next;
  }
}

void CpuRunner::runWave(std::size_t first, std::size_t end) {
  int items = 0;
  bool light = true;  // waking the other threads would cost more than the work
  for (std::size_t i = first; i < end; ++i) {
    const KernelCall& call = bound_.calls[i].call;
    items += bound_.calls[i].items;
    light =
        light &&
        (std::holds_alternative<kernels::BatchNorm>(call) || std::holds_alternative<kernels::BatchNormBackward>(call) ||
         std::holds_alternative<kernels::Mixture>(call) || std::holds_alternative<kernels::MixtureBackward>(call));
  }
  const auto body = [&](int item, int thread) {
    std::size_t i = first;
    while (item >= bound_.calls[i].items) item -= bound_.calls[i++].items;
    runOne(i, item, thread);
  };
  if (light)
    for (int item = 0; item < items; ++item) body(item, 0);
  else
    device_.pool().run(items, body);
}

void CpuRunner::runOne(std::size_t call, int item, int thread) {
  const auto at = static_cast<std::size_t>(thread);
  const double start = profiling_ ? now() : 0;
  runItem(device_.kernels(), bound_.calls[call].call, item, scratch_[at].get());
  if (profiling_) seconds_[at][call] += now() - start;
}

void CpuRunner::setProfiling(bool on) {
  profiling_ = on;
  if (on) profile_.clear();
}

void CpuRunner::addToProfile() {
  for (std::size_t call = 0; call < bound_.calls.size(); ++call) {
    double sum = 0;
    for (const std::vector<double>& thread : seconds_) sum += thread[call];
    profile_.add(bound_.calls[call].call, sum);
  }
}

}  // namespace nao::model
