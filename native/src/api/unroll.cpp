// DARTS' unrolled steps at the C boundary.
#include "api/boundary.h"
#include "api/check_programs.h"
#include "api/check_step.h"
#include "api/explicit_input.h"
#include "api/handles.h"
#include "model/host_images.h"
#include "model/steps.h"
#include "model/unrolled_step.h"

using namespace nao::api;

namespace {

/// Leaves the gradients of an unrolled step.
void unroll(nao_network& network, const nao_program& program, const nao::model::StepInput& training,
            const nao::model::StepInput& validation) {
  NAO_REQUIRE(!program.program.logits().empty(), "the program has no weighted sum, whose logits could have gradients");
  nao::model::Network& n = network.network;
  checkFinite(n.unrolledStep().run(n.runner(), program.program, training, validation), training.step);
}

}  // namespace

extern "C" {

nao_status nao_unroll(nao_network* network, nao_program* program, const nao_dataset* dataset,
                      const nao_training* training, const int32_t* training_indices, int32_t training_batch,
                      const nao_training* validation, const int32_t* validation_indices, int32_t validation_batch,
                      float learning_rate, int64_t step) {
  return guarded([&] {
    present(network, "network");
    present(dataset, "dataset");
    present(training, "training");
    present(training_indices, "training_indices");
    present(validation, "validation");
    present(validation_indices, "validation_indices");
    checkBatch(training_batch);
    checkBatch(validation_batch);
    checkTraining(*training);
    checkTraining(*validation);
    NAO_REQUIRE(!nao::model::changesOnHost(*training) && !nao::model::changesOnHost(*validation),
                "an unrolled step knows neither auto_augment nor resized_crop nor jitter");
    checkStep(step);
    checkRate(learning_rate);
    checkedPrograms(network, *dataset, &program, 1);
    checkDevices(*network, *dataset);
    checkIndices(*dataset, training_indices, training_batch);
    checkIndices(*dataset, validation_indices, validation_batch);
    nao::model::StepLists lists[2];
    const nao::model::Dataset& d = dataset->dataset;
    nao::model::HostImages made[] = {{*d.device, d, training, training_batch, d.height, d.width},
                                     {*d.device, d, validation, validation_batch, d.height, d.width}};
    unroll(*network, *program,
           trainingInput(d, training_indices, training_batch, *training, step, learning_rate, made[0], lists[0]),
           trainingInput(d, validation_indices, validation_batch, *validation, step, learning_rate, made[1], lists[1]));
  });
}

nao_status nao_unroll_step(nao_network* network, nao_program* program, const nao_training* training,
                           const float* training_images, const int32_t* training_labels, int32_t training_batch,
                           const float* validation_images, const int32_t* validation_labels, int32_t validation_batch,
                           float learning_rate, int64_t step) {
  return guarded([&] {
    present(network, "network");
    present(training, "training");
    checkProgram(network, program);
    checkBatch(training_batch);
    checkBatch(validation_batch);
    checkTraining(*training);
    unroll(
        *network, *program,
        explicitInput(*program, training_images, training_labels, training_batch, training, step, learning_rate),
        explicitInput(*program, validation_images, validation_labels, validation_batch, training, step, learning_rate));
  });
}

}  // extern "C"
