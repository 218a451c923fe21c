#include "model/controller.h"

#include <algorithm>
#include <utility>

#include "error.h"
#include "model/adam_call.h"

namespace nao::model {
namespace {

constexpr std::int64_t kMostRows = 1024;  // of a call that is not a step
/// Weights are cut into ranges, so that threads share what follows the gradients; a GPU's item squares twice as many.
constexpr std::int64_t kSummedWeights = 8192;  // of a call
constexpr std::uint8_t kTrainable = 1;

template <class T>
std::int64_t bytes(std::int64_t count) {
  return count * static_cast<std::int64_t>(sizeof(T));
}

}  // namespace

Controller::Controller(Device& device, const kernels::ControllerShape& shape)
    : device_(device),
      shape_(shape),
      parameters_(device, std::vector<std::int64_t>{shape.count()}.data(), &kTrainable, 1),
      second_(device.allocate<float>(shape.count(), "second moments")),
      runner_(device.makeRunner(parameters_)) {
  grown(slots_, shape.count(), "gradients");
}

float* Controller::data(nao_array array) const {
  if (array == NAO_SECOND_MOMENT) return second_.get();
  if (array == NAO_GRADIENT) return slots_.memory.get();
  return parameters_.data(array, -1);
}

template <class T>
T* Controller::grown(Growing<T>& growing, std::int64_t count, const char* purpose) {
  if (count > growing.count) {
    growing = {};  // first give back, then take
    growing = {device_.allocate<T>(count, purpose), count};
  }
  return growing.memory.get();
}

template <class T>
T* Controller::sent(Growing<T>& growing, const T* host, std::int64_t count, const char* purpose) {
  T* const memory = grown(growing, count, purpose);
  device_.write(memory, host, bytes<T>(count));
  return memory;
}

template <class T>
void Controller::received(T* host, const T* memory, std::int64_t count) {
  if (host != nullptr) device_.read(host, memory, bytes<T>(count));
}

int Controller::groupsOf(std::int64_t sequences) const {
  const std::int64_t together = device_.sequencesAtOnce();
  return static_cast<int>((sequences + together - 1) / together);
}

kernels::ControllerInput Controller::input(const std::int32_t* tokens, int sequences) {
  const int groups = groupsOf(sequences);
  float* const work = device_.sequencesAtOnce() == 1 ? grown(work_, groups * kernels::controllerWorkFloats(shape_),
                                                             "what goes from forward to backward")
                                                     : nullptr;
  return {shape_, parameters_.data(NAO_VALUE, -1), sequences, groups, tokens, nullptr, work};
}

/// Gradients of groups, their sum in the first slot, its norm and clip, and the update: five waves.
void Controller::addStep(std::vector<BoundCall>& calls, const kernels::ControllerTrain& train, const nao_adam& adam,
                         std::int64_t step, kernels::Clip* clip, const kernels::Clip* before) {
  const std::int64_t count = weights();
  const int groups = train.input.groups;
  calls.push_back({train, groups, 0});
  kernels::GradientClip norm;
  norm.squares = squares_.memory.get();
  norm.lossSlots = 2 * groups;
  norm.lossSums = train.losses;
  norm.clipNorm = adam.clip_norm;
  norm.before = before;
  norm.clip = clip;
  for (std::int64_t first = 0; groups > 1 && first < count; first += kSummedWeights) {
    const std::int64_t size = std::min(kSummedWeights, count - first);
    kernels::ReduceGradient sum;
    sum.slots = groups - 1;
    sum.partial = train.gradients + count + first;
    sum.slotStride = count;
    sum.rows = 1;
    sum.cols = static_cast<int>(size);
    sum.rowStride = size;
    sum.gradient = train.gradients + first;
    calls.push_back({sum, 1, 1});
  }
  const auto items = static_cast<int>(parameters_.ranges().size());
  const kernels::OverRanges all{parameters_.ranges().data(), items};
  calls.push_back({kernels::SumOfSquares{all, train.gradients, squares_.memory.get()}, items, 2});
  norm.slots = items;
  calls.push_back({norm, 1, 3});
  kernels::Adam update = adamCall(adam, step);
  update.ranges = all.ranges;
  update.rangeCount = all.rangeCount;
  update.value = parameters_.data(NAO_VALUE, -1);
  update.first = parameters_.data(NAO_MOMENTUM, -1);
  update.second = second_.get();
  update.gradient = train.gradients;
  update.clip = clip;
  calls.push_back({update, items, 4});
}

Controller::Losses Controller::train(const Epoch& epoch) {
  const std::int64_t steps = (epoch.count + epoch.batch - 1) / epoch.batch;
  const std::int64_t most = groupsOf(std::min<std::int64_t>(epoch.batch, epoch.count));
  const std::int32_t* const tokens = sent(tokens_, epoch.tokens, epoch.rows * shape_.tokens, "sequences");
  const std::int32_t* const order = sent(order_, epoch.order, epoch.count, "the order of sequences");
  const float* const targets = sent(targets_, epoch.targets, epoch.rows, "targets");
  double* const losses = grown(losses_, steps * 2 * most, "losses");
  kernels::Clip* const clips = grown(clips_, steps, "norms");
  float* const slots = grown(slots_, most * weights(), "gradients");
  grown(squares_, static_cast<std::int64_t>(parameters_.ranges().size()), "the gradient norm");

  for (std::int64_t step = 0; step < steps; ++step) {
    const std::int64_t first = step * epoch.batch;
    kernels::ControllerTrain p;
    p.input = input(tokens, static_cast<int>(std::min<std::int64_t>(epoch.batch, epoch.count - first)));
    p.input.order = order + first;
    p.targets = targets;
    p.tradeoff = epoch.tradeoff;
    p.gradients = slots;
    p.losses = losses + step * 2 * most;
    std::vector<BoundCall> calls;
    addStep(calls, p, epoch.adam, epoch.adam.first_step + step, clips + step, step > 0 ? clips + step - 1 : nullptr);
    runner_->run(std::move(calls));
  }
  runner_->finish();

  std::vector<double> sums(static_cast<std::size_t>(steps * 2 * most));
  std::vector<kernels::Clip> norms(static_cast<std::size_t>(steps));
  received(sums.data(), losses, steps * 2 * most);
  received(norms.data(), clips, steps);
  Losses result;
  for (std::int64_t step = 0; step < steps && !result.failed; ++step) {
    const int groups = groupsOf(std::min<std::int64_t>(epoch.batch, epoch.count - step * epoch.batch));
    for (int group = 0; group < groups; ++group) {
      const auto at = static_cast<std::size_t>((step * most + group) * 2);
      result.squaredError += sums[at];
      result.negativeLogLikelihood += sums[at + 1];
    }
    const kernels::Clip& clip = norms[static_cast<std::size_t>(step)];
    result.gradientNorms.push_back(clip.norm);
    result.failed = clip.finite == 0;
  }
  return result;
}

template <class Body>
void Controller::inParts(std::int64_t rows, const Body& body) {
  for (std::int64_t first = 0; first < rows; first += kMostRows) {
    body(first, static_cast<int>(std::min(kMostRows, rows - first)));
  }
}

Controller::Losses Controller::evaluate(const std::int32_t* tokens, const float* targets, std::int64_t rows,
                                        float* predictions, float* logProbabilities) {
  Losses result;
  const std::int64_t each = static_cast<std::int64_t>(shape_.tokens) * shape_.vocabulary;
  inParts(rows, [&](std::int64_t first, int count) {
    kernels::ControllerTrain p;
    p.input = input(sent(tokens_, tokens + first * shape_.tokens, count * shape_.tokens, "sequences"), count);
    p.targets = sent(targets_, targets + first, count, "targets");
    p.losses = grown(losses_, 2 * p.input.groups, "losses");
    if (predictions != nullptr) p.predictions = grown(floats_, count, "predictions");
    if (logProbabilities != nullptr) p.logProbabilities = grown(moreFloats_, count * each, "probabilities");
    runner_->run({{p, p.input.groups, 0}});
    runner_->finish();
    if (predictions != nullptr) received(predictions + first, p.predictions, count);
    if (logProbabilities != nullptr) received(logProbabilities + first * each, p.logProbabilities, count * each);
    std::vector<double> sums(2 * static_cast<std::size_t>(p.input.groups));
    received(sums.data(), p.losses, 2 * p.input.groups);
    for (std::size_t i = 0; i < sums.size(); i += 2) {
      result.squaredError += sums[i];
      result.negativeLogLikelihood += sums[i + 1];
    }
  });
  return result;
}

void Controller::encode(const std::int32_t* tokens, std::int64_t rows, float* predictions, float* embeddings) {
  inParts(rows, [&](std::int64_t first, int count) {
    kernels::ControllerEncode p;
    p.input = input(sent(tokens_, tokens + first * shape_.tokens, count * shape_.tokens, "sequences"), count);
    p.predictions = grown(floats_, count, "predictions");
    const std::int64_t size = static_cast<std::int64_t>(count) * shape_.hidden;
    if (embeddings != nullptr) p.embeddings = grown(moreFloats_, size, "embeddings");
    runner_->run({{p, p.input.groups, 0}});
    runner_->finish();
    received(predictions + first, p.predictions, count);
    if (embeddings != nullptr) received(embeddings + first * shape_.hidden, p.embeddings, size);
  });
}

void Controller::generate(const std::int32_t* tokens, std::int64_t rows, const float* stepSize, int stepSizes,
                          const std::int32_t* legal, std::int32_t* generated, float* predictions) {
  inParts(rows, [&](std::int64_t first, int count) {
    kernels::ControllerGenerate p;
    p.input = input(sent(tokens_, tokens + first * shape_.tokens, count * shape_.tokens, "sequences"), count);
    p.stepSizes = stepSizes;
    p.stepSize = stepSize;
    p.legal = legal;
    const std::int64_t all = static_cast<std::int64_t>(stepSizes) * count;
    p.generated = grown(generated_, all * shape_.tokens, "generated sequences");
    p.predictions = grown(floats_, all, "predictions");
    runner_->run({{p, p.input.groups, 0}});
    runner_->finish();
    for (int step = 0; step < stepSizes; ++step) {
      const std::int64_t from = static_cast<std::int64_t>(step) * count, to = step * rows + first;
      received(generated + to * shape_.tokens, p.generated + from * shape_.tokens, count * shape_.tokens);
      if (predictions != nullptr) received(predictions + to, p.predictions + from, count);
    }
  });
}

}  // namespace nao::model
