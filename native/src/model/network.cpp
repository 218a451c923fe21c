#include "model/network.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>

#include "error.h"
#include "model/calls.h"

namespace nao::model {
namespace {

constexpr std::int64_t kChunk = 1 << 14;  // floats of one item of an update

double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

/// Ranges [offset, offset + count) of at most kChunk floats that cover the trainable tensors of `tensors`.
struct Range {
  std::int64_t offset, count;
};
std::vector<Range> chunks(const Parameters& parameters, const std::vector<int>& tensors) {
  std::vector<Range> ranges;
  for (const int tensor : tensors) {
    if (parameters.trainable()[static_cast<std::size_t>(tensor)] == 0) continue;
    const std::int64_t end = parameters.offset(tensor) + parameters.size(tensor);
    for (std::int64_t at = parameters.offset(tensor); at < end; at += kChunk)
      ranges.push_back({at, std::min(kChunk, end - at)});
  }
  return ranges;
}

std::vector<int> namedTensors(const program::Program& program) {
  std::vector<int> tensors;
  for (const program::Operation& op : program.operations) {
    for (const int tensor : {op.weight, op.bias, op.gamma, op.beta, op.runningMean, op.runningVariance})
      if (tensor >= 0) tensors.push_back(tensor);
    for (const program::WeightBlock& block : op.blocks) tensors.push_back(block.tensor);
  }
  std::sort(tensors.begin(), tensors.end());
  tensors.erase(std::unique(tensors.begin(), tensors.end()), tensors.end());
  return tensors;
}

}  // namespace

NetworkProgram::NetworkProgram(const std::int32_t* code, std::int64_t length, const Parameters& parameters)
    : program_(program::decode(code, length, parameters.sizes(), parameters.trainable())),
      training_(program::lower(program_, true)),
      tensors_(namedTensors(program_)) {}

const program::Plan& NetworkProgram::plan(bool training) const {
  if (training) return training_;
  std::call_once(evaluated_, [this] { evaluation_ = program::lower(program_, false); });
  return evaluation_;
}

StepResult Network::step(const NetworkProgram& program, const StepInput& input, float learningRate, float* logits) {
  const bool training = input.training != nullptr;
  const program::Plan& plan = program.plan(training);
  prepare(plan, input.images);
  bind(plan, parameters_, arena_.get(), fixed_.get(), input, bound_);
  if (training)
    for (const int tensor : program.tensors())
      std::memset(parameters_.data(NAO_GRADIENT, tensor), 0,
                  static_cast<std::size_t>(parameters_.size(tensor)) * sizeof(float));
  execute(bound_);

  StepResult result;
  for (const LossResult& loss : bound_.losses) {
    double sum = 0;
    for (const double s : loss.sums) sum += s;
    result.loss += static_cast<double>(loss.weight) * sum / input.images;
    if (!loss.auxiliary)
      for (const std::int32_t c : loss.correct) result.correct += c;
  }
  if (logits != nullptr)
    std::memcpy(logits, bound_.logits,
                static_cast<std::size_t>(input.images) * static_cast<std::size_t>(plan.classes) * sizeof(float));
  if (!training) return result;
  const kernels::Clip clip = gradientClip(program, input.training->clip_norm);
  result.gradientNorm = clip.norm;
  if (!std::isfinite(result.loss) || !clip.finite)
    throw Error(NAO_NOT_FINITE, text("step %lld: loss %g with gradient norm %g; the weights are those before the step",
                                     static_cast<long long>(input.step), result.loss, result.gradientNorm));
  update(program, *input.training, learningRate, clip.scale);
  return result;
}

void Network::prepare(const program::Plan& plan, int images) {
  const std::int64_t blocks = kernels::blockCount(images);
  if (plan.arenaFloats * blocks > arenaFloats_) {
    arena_.reset();  // first give back, then take
    arenaFloats_ = 0;
    arena_ = allocateArray<float>(plan.arenaFloats * blocks, "activations");
    arenaFloats_ = plan.arenaFloats * blocks;
  }
  if (plan.fixedFloats > fixedFloats_) {
    fixed_ = allocateArray<float>(plan.fixedFloats, "batch normalisation");
    fixedFloats_ = plan.fixedFloats;
  }
}

void Network::execute(Bound& bound) {
  const kernels::KernelTable& table = device_.kernels();
  const auto threads = static_cast<std::size_t>(device_.pool().threads());
  std::int64_t needed = 0;
  for (const BoundCall& call : bound.calls) needed = std::max(needed, scratchFloats(table, call.call));
  scratch_.resize(threads);
  scratchFloats_.resize(threads, 0);
  if (seconds_.size() != threads) seconds_.assign(threads, std::vector<double>(std::variant_size_v<KernelCall>, 0.0));
  std::int64_t bytes = (arenaFloats_ + fixedFloats_) * static_cast<std::int64_t>(sizeof(float));
  for (std::size_t thread = 0; thread < threads; ++thread) {
    if (scratchFloats_[thread] < needed) {
      scratch_[thread] = allocateArray<float>(needed, "a thread's scratch");
      scratchFloats_[thread] = needed;
    }
    bytes += scratchFloats_[thread] * static_cast<std::int64_t>(sizeof(float));
  }
  peakBytes_ = std::max(peakBytes_, bytes);

  for (std::size_t first = 0; first < bound.calls.size();) {
    std::size_t end = first + 1;
    while (end < bound.calls.size() && bound.calls[end].wave == bound.calls[first].wave) ++end;
    runWave(bound, first, end);
    first = end;
  }
}

void Network::runWave(Bound& bound, std::size_t first, std::size_t end) {
  const kernels::KernelTable& table = device_.kernels();
  int items = 0;
  bool light = true;  // waking the other threads would cost more than the work
  for (std::size_t i = first; i < end; ++i) {
    const KernelCall& call = bound.calls[i].call;
    items += bound.calls[i].items;
    light = light && (std::holds_alternative<kernels::BatchNorm>(call) ||
                      std::holds_alternative<kernels::BatchNormBackward>(call));
  }
  const auto body = [&](int item, int thread) {
    std::size_t i = first;
    while (item >= bound.calls[i].items) item -= bound.calls[i++].items;
    const KernelCall& call = bound.calls[i].call;
    const auto at = static_cast<std::size_t>(thread);
    const double start = profiling_ ? now() : 0;
    runItem(table, call, item, scratch_[at].get());
    if (profiling_) seconds_[at][call.index()] += now() - start;
  };
  if (light)
    for (int item = 0; item < items; ++item) body(item, 0);
  else
    device_.pool().run(items, body);
}

kernels::Clip Network::gradientClip(const NetworkProgram& program, float clipNorm) {
  const std::vector<Range> ranges = chunks(parameters_, program.tensors());
  const float* gradients = parameters_.data(NAO_GRADIENT, -1);
  std::vector<double> squares(ranges.size());
  device_.pool().run(static_cast<int>(ranges.size()), [&](int item, int) {
    const auto at = static_cast<std::size_t>(item);
    device_.kernels().sumOfSquares.run({ranges[at].count, gradients + ranges[at].offset, &squares[at]}, 0, nullptr);
  });
  kernels::Clip clip;
  device_.kernels().gradientClip.run({static_cast<int>(squares.size()), squares.data(), 0, nullptr, clipNorm, &clip}, 0,
                                     nullptr);
  return clip;
}

void Network::update(const NetworkProgram& program, const nao_training& training, float learningRate, float clipScale) {
  std::vector<Range> ranges = chunks(parameters_, program.tensors());
  const std::size_t used = ranges.size();
  if (training.idle_update != 0) {
    std::vector<int> idle;
    for (int tensor = 0; tensor < parameters_.count(); ++tensor)
      if (!std::binary_search(program.tensors().begin(), program.tensors().end(), tensor)) idle.push_back(tensor);
    const std::vector<Range> more = chunks(parameters_, idle);
    ranges.insert(ranges.end(), more.begin(), more.end());
  }
  device_.pool().run(static_cast<int>(ranges.size()), [&](int item, int) {
    const Range& range = ranges[static_cast<std::size_t>(item)];
    kernels::Sgd sgd;
    sgd.count = range.count;
    sgd.value = parameters_.data(NAO_VALUE, -1) + range.offset;
    sgd.momentumBuffer = parameters_.data(NAO_MOMENTUM, -1) + range.offset;
    sgd.gradient = static_cast<std::size_t>(item) < used ? parameters_.data(NAO_GRADIENT, -1) + range.offset : nullptr;
    sgd.clipScale = clipScale;
    sgd.learningRate = learningRate;
    sgd.momentum = training.momentum;
    sgd.weightDecay = training.weight_decay;
    sgd.nesterov = training.nesterov != 0;
    device_.kernels().sgd.run(sgd, 0, nullptr);
  });
}

void Network::setProfiling(bool on) {
  profiling_ = on;
  if (on)
    for (std::vector<double>& thread : seconds_) std::fill(thread.begin(), thread.end(), 0.0);
}

const std::string& Network::profile() {
  profile_ = "{";
  for (std::size_t kind = 0; kind < std::variant_size_v<KernelCall>; ++kind) {
    double sum = 0;
    for (const std::vector<double>& thread : seconds_) sum += thread[kind];
    profile_ += text("%s\"%s\": %.9f", kind == 0 ? "" : ", ", callName(kind), sum);
  }
  profile_ += "}";
  return profile_;
}

}  // namespace nao::model
