// Training and evaluation at the C boundary.
#include "model/steps.h"

#include "api/boundary.h"
#include "api/check_enumeration.h"
#include "api/check_programs.h"
#include "api/check_step.h"
#include "api/explicit_input.h"
#include "api/handles.h"

using nao::text;
using namespace nao::api;

extern "C" {

nao_status nao_train(nao_network* network, const nao_dataset* dataset, const nao_training* training,
                     nao_program* const* programs, int32_t steps, int32_t batch, const int32_t* indices,
                     const float* learning_rates, int64_t first_step, float* losses, float* gradient_norms,
                     int32_t* correct, int32_t* done) {
  if (done != nullptr) *done = 0;
  return guarded([&] {
    present(network, "network");
    present(dataset, "dataset");
    present(training, "training");
    present(programs, "programs");
    present(indices, "indices");
    present(learning_rates, "learning_rates");
    NAO_REQUIRE(steps >= 1, text("%d steps, at least one is needed", steps));
    checkBatch(batch);
    checkTraining(*training);
    checkAverage(*network, *training);
    checkStep(first_step, steps);
    for (int32_t s = 0; s < steps; ++s) checkRate(learning_rates[s]);
    const int64_t perStep = nao::model::programsOfStep(*training);
    NAO_REQUIRE(perStep == 1 || perStep * training->micro_batch >= batch,
                text("%lld step_programs with a micro_batch of %d do not take a batch of %d",
                     static_cast<long long>(perStep), training->micro_batch, batch));
    const nao::model::Programs checked =
        checkedPrograms(network, *dataset, programs, steps * perStep, training->resized_crop != 0);
    checkDevices(*network, *dataset);
    checkIndices(*dataset, indices, static_cast<int64_t>(steps) * batch);
    checkColors(*dataset, *training);
    if (training->micro_batch > 0) {
      for (const nao::model::NetworkProgram* const program : checked) checkContributor(*program);
      network->network.parameters().keepGradientSum(network->network.device());
    }
    if (perStep > 1) network->network.parameters().keepBatchStatistics(network->network.device());
    nao::model::Device& device = network->network.device();
    const nao::model::TrainingRun run{&device, training, batch, indices, learning_rates, first_step};
    int32_t s = 0;
    for (const nao::model::StepResult& result :
         nao::model::train(network->network.runner(), dataset->dataset, checked, run)) {
      checkFinite(result, first_step + s);
      if (losses != nullptr) losses[s] = static_cast<float>(result.loss);
      if (gradient_norms != nullptr) gradient_norms[s] = static_cast<float>(result.gradientNorm);
      if (correct != nullptr) correct[s] = result.correct;
      ++s;
      if (done != nullptr) *done = s;
    }
  });
}

nao_status nao_evaluate(nao_network* network, const nao_dataset* dataset, nao_statistics statistics,
                        nao_program* const* programs, int32_t count, int32_t batch, const int32_t* indices,
                        int64_t image_count, int64_t* correct, double* losses) {
  return guarded([&] {
    present(network, "network");
    present(dataset, "dataset");
    present(programs, "programs");
    present(indices, "indices");
    present(correct, "correct");
    NAO_REQUIRE(count >= 1, text("%d programs, at least one is needed", count));
    NAO_REQUIRE(image_count >= 1, text("%lld images, at least one is needed", static_cast<long long>(image_count)));
    checkBatch(batch);
    checkKnown(statistics, "kind of statistics");
    const nao::model::Programs checked = checkedPrograms(network, *dataset, programs, count);
    checkDevices(*network, *dataset);
    checkIndices(*dataset, indices, image_count);
    const nao::model::EvaluationRun run{statistics, batch, indices, image_count};
    int64_t* right = correct;
    double* loss = losses;
    for (const nao::model::Evaluation& result :
         nao::model::evaluate(network->network.runner(), dataset->dataset, checked, run)) {
      *right++ = result.correct;
      if (loss != nullptr) *loss++ = result.loss;
    }
  });
}

nao_status nao_step(nao_network* network, nao_program* program, const float* images, const int32_t* labels,
                    int32_t batch, const nao_training* training, nao_statistics statistics, float learning_rate,
                    int64_t step, float* logits, double* loss, double* gradient_norm, int32_t* correct) {
  return guarded([&] {
    present(network, "network");
    checkProgram(network, program);
    checkBatch(batch);
    checkKnown(statistics, "kind of statistics");
    if (training != nullptr) {
      checkTraining(*training);
      checkAverage(*network, *training);
    }
    nao::model::StepInput input = explicitInput(*program, images, labels, batch, training, step, learning_rate);
    input.statistics = statistics;
    nao::model::Runner& runner = network->network.runner();
    runner.reserve(program->program, training != nullptr, batch);
    runner.start(program->program, input);
    const nao::model::StepResult result = runner.finish().back();
    if (logits != nullptr) runner.readLogits(logits);
    checkFinite(result, step);
    if (loss != nullptr) *loss = result.loss;
    if (gradient_norm != nullptr) *gradient_norm = result.gradientNorm;
    if (correct != nullptr) *correct = result.correct;
  });
}

}  // extern "C"
