// Runs of steps over a data set: many steps are started, then the results of all are taken.
#pragma once

#include <cstdint>
#include <vector>

#include "model/dataset.h"
#include "model/host_images.h"
#include "model/network_program.h"
#include "model/runner.h"

namespace nao::model {

using Programs = std::vector<const NetworkProgram*>;

/// Lists that a step's input points to, until it has been started.
struct StepLists {
  std::vector<std::int32_t> labels, partners, partnerLabels, positions;
};

/// The input of a training step: images indices[0 .. images) of a data set, changed at random as `training` says. Those
/// that the host makes, `made` makes.
StepInput trainingInput(const Dataset& dataset, const std::int32_t* indices, int images, const nao_training& training,
                        std::int64_t step, float learningRate, HostImages& made, StepLists& lists);

struct TrainingRun {
  Device* device = nullptr;
  const nao_training* training = nullptr;
  int batch = 0;
  const std::int32_t* indices = nullptr;  // [steps][batch]
  const float* learningRates = nullptr;   // [steps]
  std::int64_t firstStep = 0;
};
/// Programs of a step: each has one of its batches, if there are several.
int programsOfStep(const nao_training& training);
/// Training steps of `programs`, in order, of as many batches as training->micro_batch makes of a step's images.
/// Their results, up to the first step that failed.
std::vector<StepResult> train(Runner& runner, const Dataset& dataset, const Programs& programs, const TrainingRun& run);

/// One program's part of a step of several: its gradients and statistics are left, and nothing is updated.
struct Part {
  int position = 0;  // of the program among those of the step
  Device* device = nullptr;
  const nao_training* training = nullptr;
  int batch = 0;                          // images of the whole step
  const std::int32_t* indices = nullptr;  // [batch]
  std::int64_t step = 0;
};
StepResult trainPart(Runner& runner, const Dataset& dataset, const NetworkProgram& program, const Part& part);

struct EvaluationRun {
  nao_statistics statistics = NAO_BATCH_STATISTICS;
  int batch = 0;                          // images at a time; the last batch may be smaller
  const std::int32_t* indices = nullptr;  // [imageCount]
  std::int64_t imageCount = 0;
};
struct Evaluation {
  std::int64_t correct = 0;
  double loss = 0;  // mean over the images
};
/// Each of `programs` on the same images.
std::vector<Evaluation> evaluate(Runner& runner, const Dataset& dataset, const Programs& programs,
                                 const EvaluationRun& run);

}  // namespace nao::model
