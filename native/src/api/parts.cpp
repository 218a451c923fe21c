// Steps in parts at the C boundary.
#include "api/boundary.h"
#include "api/check_programs.h"
#include "api/check_step.h"
#include "api/handles.h"
#include "model/contributions.h"
#include "model/shared_step.h"
#include "model/steps.h"

using nao::text;
using namespace nao::api;

namespace {

void keepSums(nao_network& network, const nao_training& training) {
  NAO_REQUIRE(training.micro_batch > 0, "a part of a step without a micro_batch, its images");
  network.network.parameters().keepGradientSum(network.network.device());
  network.network.parameters().keepBatchStatistics(network.network.device());
}

}  // namespace

extern "C" {

nao_status nao_train_part(nao_network* network, const nao_dataset* dataset, const nao_training* training,
                          nao_program* program, int32_t position, int32_t batch, const int32_t* indices, int64_t step,
                          float* contribution, int64_t size, double* loss, int32_t* correct) {
  return guarded([&] {
    present(network, "network");
    present(dataset, "dataset");
    present(training, "training");
    present(indices, "indices");
    present(contribution, "contribution");
    checkBatch(batch);
    checkTraining(*training);
    checkStep(step, 1);
    const nao::model::Programs checked = checkedPrograms(network, *dataset, &program, 1, training->resized_crop != 0);
    const nao::model::NetworkProgram& own = *checked.front();
    checkDevices(*network, *dataset);
    checkIndices(*dataset, indices, batch);
    checkColors(*dataset, *training);
    checkContributor(own);
    keepSums(*network, *training);
    NAO_REQUIRE(position >= 0 && position < nao::model::programsOfStep(*training) &&
                    static_cast<int64_t>(position) * training->micro_batch < batch,
                text("position is %d, the step has images for programs 0 to %d", position,
                     (batch - 1) / training->micro_batch));
    checkContribution(size, nao::model::Contributions::floats(own));
    nao::model::Device& device = network->network.device();
    const nao::model::StepResult result = nao::model::trainPart(network->network.runner(), dataset->dataset, own,
                                                                {position, &device, training, batch, indices, step});
    checkFinite(result, step);
    nao::model::Contributions& contributions = network->network.contributions();
    float* const staged = contributions.stage(size);
    contributions.copy(network->network.runner(), own, staged);
    device.read(contribution, staged, size * static_cast<std::int64_t>(sizeof(float)));
    if (loss != nullptr) *loss = result.loss;
    if (correct != nullptr) *correct = result.correct;
  });
}

nao_status nao_contribution_size(const nao_program* program, int64_t* size) {
  return guarded([&] {
    present(program, "program");
    present(size, "size");
    *size = nao::model::Contributions::floats(program->program);
  });
}

nao_status nao_train_parts(nao_network* network, const nao_training* training, nao_program* const* programs,
                           int32_t count, const float* contributions, int64_t size, float learning_rate, int64_t step,
                           double* gradient_norm) {
  return guarded([&] {
    present(network, "network");
    present(training, "training");
    present(programs, "programs");
    present(contributions, "contributions");
    NAO_REQUIRE(count >= 1 && count <= nao::model::programsOfStep(*training),
                text("%d programs, allowed are 1 to %d", count, nao::model::programsOfStep(*training)));
    checkTraining(*training);
    checkAverage(*network, *training);
    checkStep(step, 1);
    checkRate(learning_rate);
    nao::model::Programs checked;
    int64_t floats = 0;
    for (int32_t i = 0; i < count; ++i) {
      checkProgram(network, programs[i]);
      checked.push_back(&programs[i]->program);
      checkContributor(*checked.back());
      floats += nao::model::Contributions::floats(*checked.back());
    }
    checkContribution(size, floats);
    keepSums(*network, *training);
    nao::model::Contributions& held = network->network.contributions();
    network->network.device().write(held.stage(size), contributions, size * static_cast<std::int64_t>(sizeof(float)));
    const nao::model::StepResult result = held.add(network->network.runner(), checked, *training, learning_rate, step);
    checkFinite(result, step);
    if (gradient_norm != nullptr) *gradient_norm = result.gradientNorm;
  });
}

nao_status nao_train_shared(nao_network* network, const nao_dataset* dataset, const nao_training* training,
                            nao_exchange* exchange, nao_program* const* programs, int32_t count, int32_t batch,
                            const int32_t* indices, float learning_rate, int64_t step, double* loss,
                            double* gradient_norm, int32_t* correct) {
  return guarded([&] {
    present(network, "network");
    present(dataset, "dataset");
    present(training, "training");
    present(exchange, "exchange");
    present(programs, "programs");
    present(indices, "indices");
    checkBatch(batch);
    checkTraining(*training);
    checkAverage(*network, *training);
    checkStep(step, 1);
    checkRate(learning_rate);
    checkDevices(*network, *dataset);
    checkIndices(*dataset, indices, batch);
    checkColors(*dataset, *training);
    keepSums(*network, *training);
    const int32_t filled = (batch - 1) / training->micro_batch + 1;
    NAO_REQUIRE(count == filled && count <= nao::model::programsOfStep(*training),
                text("%d programs, the step has images for %d", count, filled));
    const nao::model::Programs checked =
        checkedPrograms(network, *dataset, programs, count, training->resized_crop != 0);
    for (const nao::model::NetworkProgram* const program : checked) checkContributor(*program);
    nao::model::Device& device = network->network.device();
    NAO_REQUIRE(&exchange->exchange->device() == &device, "the exchange is of another device than the network");
    const nao::model::StepResult result = nao::model::trainShared(
        network->network.runner(), dataset->dataset, checked, {training, batch, indices, learning_rate, step},
        *exchange->exchange, network->network.contributions(), device);
    checkFinite(result, step);
    if (loss != nullptr) *loss = result.loss;
    if (gradient_norm != nullptr) *gradient_norm = result.gradientNorm;
    if (correct != nullptr) *correct = result.correct;
  });
}

}  // extern "C"
