#include "model/steps.h"

#include <algorithm>
#include <cstddef>

namespace nao::model {
namespace {

/// A step's images as they lie in the data set.
StepInput drawn(const Dataset& dataset, const std::int32_t* indices, int images, std::vector<std::int32_t>& labels) {
  labels.resize(static_cast<std::size_t>(images));
  for (int i = 0; i < images; ++i)
    labels[static_cast<std::size_t>(i)] = dataset.labels[static_cast<std::size_t>(indices[i])];
  StepInput input;
  input.images = images;
  input.labels = labels.data();
  input.augment.pixels = dataset.pixels.get();
  input.augment.indices = indices;
  input.augment.mean = dataset.mean.get();
  input.augment.deviation = dataset.deviation.get();
  return input;
}

}  // namespace

StepInput trainingInput(const Dataset& dataset, const std::int32_t* indices, int images, const nao_training& training,
                        std::int64_t step, float learningRate, std::vector<std::int32_t>& labels) {
  StepInput input = drawn(dataset, indices, images, labels);
  input.training = &training;
  input.step = step;
  input.augment.cropPadding = training.crop_padding;
  input.augment.flip = training.flip != 0;
  input.augment.cutout = training.cutout;
  input.augment.seed = training.seed;
  input.augment.step = static_cast<std::uint64_t>(step);
  input.learningRate = learningRate;
  return input;
}

std::vector<StepResult> train(Runner& runner, const Dataset& dataset, const Programs& programs,
                              const TrainingRun& run) {
  for (const NetworkProgram* const program : programs) runner.reserve(*program, true, run.batch);
  std::vector<std::int32_t> labels;
  std::int64_t at = 0;
  for (const NetworkProgram* const program : programs) {
    const StepInput input = trainingInput(dataset, run.indices + at * run.batch, run.batch, *run.training,
                                          run.firstStep + at, run.learningRates[at], labels);
    if (!runner.start(*program, input)) break;
    ++at;
  }
  return runner.finish();
}

std::vector<Evaluation> evaluate(Runner& runner, const Dataset& dataset, const Programs& programs,
                                 const EvaluationRun& run) {
  const int largest = static_cast<int>(std::min<std::int64_t>(run.batch, run.imageCount));
  for (const NetworkProgram* const program : programs) runner.reserve(*program, false, largest);
  std::vector<int> batches;
  for (std::int64_t first = 0; first < run.imageCount; first += run.batch)
    batches.push_back(static_cast<int>(std::min<std::int64_t>(run.batch, run.imageCount - first)));
  std::vector<std::int32_t> labels;
  for (const NetworkProgram* const program : programs) {
    const std::int32_t* indices = run.indices;
    for (const int images : batches) {
      StepInput input = drawn(dataset, indices, images, labels);
      input.statistics = run.statistics;
      runner.start(*program, input);
      indices += images;
    }
  }
  const std::vector<StepResult> results = runner.finish();
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
