#include "api/explicit_input.h"

#include "api/check_step.h"

namespace nao::api {

model::StepInput explicitInput(const nao_program& program, const float* images, const std::int32_t* labels,
                               std::int32_t batch, const nao_training* training, std::int64_t step,
                               float learningRate) {
  present(images, "images");
  present(labels, "labels");
  checkStep(step);
  checkRate(learningRate);
  const int classes = program.program.program().classes;
  for (std::int32_t i = 0; i < batch; ++i)
    NAO_REQUIRE(labels[i] >= 0 && labels[i] < classes,
                text("label %d of image %d, allowed are 0 to %d", labels[i], i, classes - 1));
  model::StepInput input;
  input.images = batch;
  input.pixels = images;
  input.labels = labels;
  input.training = training;
  input.step = step;
  input.learningRate = learningRate;
  return input;
}

}  // namespace nao::api
