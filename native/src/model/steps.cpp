#include "model/steps.h"

#include <algorithm>
#include <cstddef>
#include <iterator>

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

}  // namespace

StepInput trainingInput(const Dataset& dataset, const std::int32_t* indices, int images, const nao_training& training,
                        std::int64_t step, float learningRate, StepLists& lists) {
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
  return input;
}

std::vector<StepResult> train(Runner& runner, const Dataset& dataset, const Programs& programs,
                              const TrainingRun& run) {
  for (const NetworkProgram* const program : programs) runner.reserve(*program, true, run.batch);
  StepLists lists;
  std::int64_t at = 0;
  for (const NetworkProgram* const program : programs) {
    const StepInput input = trainingInput(dataset, run.indices + at * run.batch, run.batch, *run.training,
                                          run.firstStep + at, run.learningRates[at], lists);
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
  StepLists lists;
  for (const NetworkProgram* const program : programs) {
    const std::int32_t* indices = run.indices;
    for (const int images : batches) {
      StepInput input = drawn(dataset, indices, images, lists);
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
