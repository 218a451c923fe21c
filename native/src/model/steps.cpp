#include "model/steps.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <numeric>

#include "model/host_images.h"
#include "model/mixup.h"

namespace nao::model {
namespace {

void gatherLabels(const Dataset& dataset, const std::int32_t* indices, int images, std::vector<std::int32_t>& labels) {
  labels.resize(static_cast<std::size_t>(images));
  for (int i = 0; i < images; ++i)
    labels[static_cast<std::size_t>(i)] = dataset.labels[static_cast<std::size_t>(indices[i])];
}

/// A step's images as they lie in the data set.
StepInput drawn(const Dataset& dataset, const std::int32_t* indices, int images, StepLists& lists) {
  gatherLabels(dataset, indices, images, lists.labels);
  StepInput input;
  input.images = images;
  input.labels = lists.labels.data();
  input.augment.pixels = dataset.pixels.get();
  input.augment.indices = indices;
  input.augment.mean = dataset.mean.get();
  input.augment.deviation = dataset.deviation.get();
  return input;
}

/// Mixes each image with that of the mirrored position.
void mix(const Dataset& dataset, const std::int32_t* indices, StepLists& lists, StepInput& input) {
  const int images = input.images;
  lists.partners.assign(std::reverse_iterator(indices + images), std::reverse_iterator(indices));
  gatherLabels(dataset, lists.partners.data(), images, lists.partnerLabels);
  const nao_training& training = *input.training;
  input.augment.partners = lists.partners.data();
  input.augment.stepImages = images;
  input.augment.share = mixupShare(static_cast<double>(training.mixup_alpha), training.seed, input.step);
  input.partnerLabels = lists.partnerLabels.data();
}

/// Takes the images of a step as they lie in `pixels`, in order, in place of those of the data set.
void take(const std::uint8_t* pixels, StepLists& lists, StepInput& input) {
  lists.positions.resize(static_cast<std::size_t>(input.images));
  std::iota(lists.positions.begin(), lists.positions.end(), 0);
  lists.partners.assign(lists.positions.rbegin(), lists.positions.rend());
  input.augment.pixels = pixels;
  input.augment.indices = lists.positions.data();
  if (input.augment.partners != nullptr) input.augment.partners = lists.partners.data();
}

}  // namespace

StepInput trainingInput(const Dataset& dataset, const std::int32_t* indices, int images, const nao_training& training,
                        std::int64_t step, float learningRate, HostImages& made, StepLists& lists) {
  StepInput input = drawn(dataset, indices, images, lists);
  input.training = &training;
  input.step = step;
  input.augment.cropPadding = training.crop_padding;
  input.augment.flip = training.flip != 0;
  input.augment.cutout = training.cutout;
  input.augment.seed = training.seed;
  input.augment.step = static_cast<std::uint64_t>(step);
  input.learningRate = learningRate;
  if (training.mixup_alpha > 0) mix(dataset, indices, lists, input);
  if (made.slots() > 0) take(made.make(indices, images, step), lists, input);
  return input;
}

namespace {

/// Images [first, first + count) of a step.
StepInput batchOf(const StepInput& step, int first, int count) {
  StepInput batch = step;
  batch.first = first;
  batch.images = count;
  batch.stepImages = step.images;
  batch.labels += first;
  batch.augment.indices += first;
  if (step.partnerLabels != nullptr) {
    batch.partnerLabels += first;
    batch.augment.partners += first;
  }
  return batch;
}

/// The steps' results from those of their batches.
std::vector<StepResult> together(const std::vector<StepResult>& batches, const TrainingRun& run, int batch) {
  if (batch == run.batch) return batches;
  std::vector<StepResult> steps;
  int first = 0;
  for (const StepResult& result : batches) {
    if (first == 0) steps.emplace_back();
    StepResult& step = steps.back();
    const int count = std::min(batch, run.batch - first);
    step.loss += result.loss * count / run.batch;
    step.correct += result.correct;
    step.gradientNorm = result.gradientNorm;
    step.failed = step.failed || result.failed;
    first = first + count == run.batch ? 0 : first + count;
  }
  return steps;
}

/// What the first `count` programs from `first` on are about together.
StepTensors tensorsOf(const Programs& programs, std::size_t first, int count) {
  StepTensors all = programs[first]->tensors();
  for (std::size_t i = 1; i < static_cast<std::size_t>(count); ++i) all = together(all, programs[first + i]->tensors());
  return all;
}

}  // namespace

int programsOfStep(const nao_training& training) { return std::max(1, training.step_programs); }

std::vector<StepResult> train(Runner& runner, const Dataset& dataset, const Programs& programs,
                              const TrainingRun& run) {
  const nao_training& training = *run.training;
  const int batch = training.micro_batch > 0 ? std::min(training.micro_batch, run.batch) : run.batch;
  for (const NetworkProgram* const program : programs) runner.reserve(*program, true, batch);
  const program::Shape& image = programs.front()->program().shapes[0];
  HostImages made(*run.device, dataset, &training, run.batch, image.height, image.width);
  std::vector<StepResult> results;
  StepLists lists;
  std::int64_t at = 0;
  bool going = true;
  const auto finish = [&] {
    for (const StepResult& result : runner.finish()) results.push_back(result);
    going = results.empty() || !results.back().failed;
  };
  const int perStep = programsOfStep(training), batches = (run.batch - 1) / batch + 1;
  StepTensors tensors;
  for (std::size_t ofStep = 0; ofStep < programs.size(); ofStep += static_cast<std::size_t>(perStep)) {
    if (made.slots() > 0 && at > 0 && at % made.slots() == 0) finish();  // the device may still read the first
    if (!going) break;
    const std::int32_t* const indices = run.indices + at * run.batch;
    StepInput step =
        trainingInput(dataset, indices, run.batch, training, run.firstStep + at, run.learningRates[at], made, lists);
    if (ofStep + static_cast<std::size_t>(perStep) < programs.size()) made.announce(indices + run.batch, run.batch);
    if (perStep > 1) {
      tensors = tensorsOf(programs, ofStep, batches);
      step.tensors = &tensors;
    }
    for (int b = 0; going && b < batches; ++b) {
      const NetworkProgram& program = *programs[ofStep + static_cast<std::size_t>(perStep > 1 ? b : 0)];
      const int first = b * batch;
      going = runner.start(program, batchOf(step, first, std::min(batch, run.batch - first)));
    }
    ++at;
  }
  finish();
  return together(results, run, batch);
}

StepResult trainPart(Runner& runner, const Dataset& dataset, const NetworkProgram& program, const Part& part) {
  const nao_training& training = *part.training;
  const int first = part.position * training.micro_batch;
  const int images = std::min(training.micro_batch, part.batch - first);
  runner.reserve(program, true, images);
  const program::Shape& image = program.program().shapes[0];
  HostImages made(*part.device, dataset, &training, part.batch, image.height, image.width);
  StepLists lists;
  StepInput input =
      batchOf(trainingInput(dataset, part.indices, part.batch, training, part.step, 0, made, lists), first, images);
  input.contributes = true;
  runner.start(program, input);
  return runner.finish().back();
}

std::vector<Evaluation> evaluate(Runner& runner, const Dataset& dataset, const Programs& programs,
                                 const EvaluationRun& run) {
  const int largest = static_cast<int>(std::min<std::int64_t>(run.batch, run.imageCount));
  for (const NetworkProgram* const program : programs) runner.reserve(*program, false, largest);
  std::vector<int> batches;
  for (std::int64_t first = 0; first < run.imageCount; first += run.batch)
    batches.push_back(static_cast<int>(std::min<std::int64_t>(run.batch, run.imageCount - first)));
  HostImages made(*dataset.device, dataset, nullptr, largest, dataset.height, dataset.width);
  StepLists lists;
  std::vector<StepResult> results;
  const auto finish = [&] {
    for (const StepResult& result : runner.finish()) results.push_back(result);
  };
  int started = 0;
  for (const NetworkProgram* const program : programs) {
    const std::int32_t* indices = run.indices;
    for (const int images : batches) {
      if (made.slots() > 0 && started > 0 && started % made.slots() == 0) finish();
      StepInput input = drawn(dataset, indices, images, lists);
      input.statistics = run.statistics;
      if (made.slots() > 0) take(made.make(indices, images, 0), lists, input);
      indices += images;
      const std::int64_t left = run.imageCount - (indices - run.indices);
      made.announce(indices, static_cast<int>(std::min<std::int64_t>(left, run.batch)));
      runner.start(*program, input);
      ++started;
    }
  }
  finish();
  auto result = results.begin();
  std::vector<Evaluation> evaluations(programs.size());
  for (Evaluation& evaluation : evaluations) {
    for (const int images : batches) {
      evaluation.correct += result->correct;
      evaluation.loss += result->loss * images;
      ++result;
    }
    evaluation.loss /= static_cast<double>(run.imageCount);
  }
  return evaluations;
}

}  // namespace nao::model
