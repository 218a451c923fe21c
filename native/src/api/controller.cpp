// The controller's part of the C boundary.
#include "model/controller.h"

#include <cmath>

#include "api/boundary.h"
#include "api/check_adam.h"

struct nao_controller {
  nao::model::Controller controller;
};

namespace {

using nao::Error;
using nao::text;
using nao::kernels::ControllerShape;
using namespace nao::api;

constexpr std::int32_t kMostUnits = 4096, kMostTokens = 4096, kMostTokensPerStep = 16, kMostStepSizes = 1 << 16;
constexpr std::int64_t kMostRows = std::int64_t{1} << 31;

ControllerShape checked(const nao_controller_shape& s) {
  const auto within = [](std::int32_t value, std::int32_t most, const char* name) {
    NAO_REQUIRE(value >= 1 && value <= most, text("%s is %d, allowed are 1 to %d", name, value, most));
  };
  within(s.vocabulary, kMostUnits, "vocabulary");
  within(s.tokens, kMostTokens, "tokens");
  within(s.tokens_per_step, kMostTokensPerStep, "tokens_per_step");
  within(s.embedding, kMostUnits, "embedding");
  within(s.hidden, kMostUnits, "hidden");
  NAO_REQUIRE(s.tokens % s.tokens_per_step == 0,
              text("%d tokens cannot be cut into steps of %d", s.tokens, s.tokens_per_step));
  return {s.vocabulary, s.tokens, s.tokens_per_step, s.embedding, s.hidden};
}

void checkTokens(const ControllerShape& shape, const std::int32_t* tokens, std::int64_t rows) {
  present(tokens, "tokens");
  NAO_REQUIRE(rows >= 1 && rows <= kMostRows / shape.tokens,
              text("%lld sequences, allowed are 1 to %lld", static_cast<long long>(rows),
                   static_cast<long long>(kMostRows / shape.tokens)));
  for (std::int64_t i = 0; i < rows * shape.tokens; ++i)
    NAO_REQUIRE(tokens[i] >= 0 && tokens[i] < shape.vocabulary,
                text("token %d of sequence %lld, allowed are 0 to %d", tokens[i],
                     static_cast<long long>(i / shape.tokens), shape.vocabulary - 1));
}
void checkTargets(const float* targets, std::int64_t rows) {
  present(targets, "targets");
  for (std::int64_t i = 0; i < rows; ++i)
    NAO_REQUIRE(std::isfinite(targets[i]), text("the target of sequence %lld is %g, it must be a number",
                                                static_cast<long long>(i), static_cast<double>(targets[i])));
}
float* located(const nao_controller& controller, nao_array array, std::int64_t size) {
  float* const data = controller.controller.data(array);
  const std::int64_t own = controller.controller.weights();
  NAO_REQUIRE(size == own, text("the controller has %lld weights, %lld were given", static_cast<long long>(own),
                                static_cast<long long>(size)));
  return data;
}

}  // namespace

extern "C" {

nao_status nao_controller_create(nao_device* device, const nao_controller_shape* shape, nao_controller** controller) {
  return guarded([&] {
    present(device, "device");
    present(shape, "shape");
    present(controller, "controller");
    *controller = new nao_controller{{*device->device, checked(*shape)}};
  });
}
void nao_controller_destroy(nao_controller* controller) { delete controller; }

int64_t nao_controller_weights(const nao_controller_shape* shape) {
  return guardedOr(int64_t{0}, [&] {
    present(shape, "shape");
    return checked(*shape).count();
  });
}

nao_status nao_controller_read(const nao_controller* controller, nao_array array, float* data, int64_t size) {
  return guarded([&] {
    present(controller, "controller");
    present(data, "data");
    const float* src = located(*controller, array, size);
    controller->controller.device().read(data, src, size * static_cast<int64_t>(sizeof(float)));
  });
}
nao_status nao_controller_write(nao_controller* controller, nao_array array, const float* data, int64_t size) {
  return guarded([&] {
    present(controller, "controller");
    present(data, "data");
    float* dst = located(*controller, array, size);
    controller->controller.device().write(dst, data, size * static_cast<int64_t>(sizeof(float)));
  });
}

nao_status nao_controller_device_calls(const nao_controller* controller, int64_t* kernels, int64_t* transfers) {
  return guarded([&] {
    present(controller, "controller");
    present(kernels, "kernels");
    present(transfers, "transfers");
    const nao::model::DeviceCalls calls = controller->controller.deviceCalls();
    *kernels = calls.kernels;
    *transfers = calls.transfers;
  });
}

nao_status nao_controller_train(nao_controller* controller, const int32_t* tokens, const float* targets, int64_t rows,
                                const int32_t* order, int64_t count, int32_t batch, const nao_adam* adam,
                                float tradeoff, double* losses, double* gradient_norms) {
  return guarded([&] {
    present(controller, "controller");
    present(order, "order");
    present(adam, "adam");
    present(losses, "losses");
    nao::model::Controller& c = controller->controller;
    checkTokens(c.shape(), tokens, rows);
    checkTargets(targets, rows);
    checkAdam(*adam);
    checkBatch(batch);
    NAO_REQUIRE(tradeoff >= 0 && tradeoff <= 1,
                text("tradeoff is %g, allowed are 0 to 1", static_cast<double>(tradeoff)));
    NAO_REQUIRE(count >= 1 && count <= INT32_MAX,
                text("an order of %lld, allowed are 1 to 2,147,483,647", static_cast<long long>(count)));
    for (int64_t i = 0; i < count; ++i)
      NAO_REQUIRE(order[i] >= 0 && order[i] < rows, text("sequence %d at position %lld, there are 0 to %lld", order[i],
                                                         static_cast<long long>(i), static_cast<long long>(rows - 1)));
    const nao::model::Controller::Losses result =
        c.train({tokens, targets, rows, order, count, batch, *adam, tradeoff});
    losses[0] = result.squaredError;
    losses[1] = result.negativeLogLikelihood;
    if (gradient_norms != nullptr)
      for (std::size_t i = 0; i < result.gradientNorms.size(); ++i) gradient_norms[i] = result.gradientNorms[i];
    if (result.failed)
      throw Error(
          NAO_NOT_FINITE,
          text("update %lld: the controller's loss or its gradient's norm %g is not finite; the weights are "
               "those before it",
               static_cast<long long>(adam->first_step) + static_cast<long long>(result.gradientNorms.size()) - 1,
               result.gradientNorms.back()));
  });
}

nao_status nao_controller_evaluate(nao_controller* controller, const int32_t* tokens, const float* targets,
                                   int64_t rows, double* losses, float* predictions, float* log_probabilities) {
  return guarded([&] {
    present(controller, "controller");
    present(losses, "losses");
    checkTokens(controller->controller.shape(), tokens, rows);
    checkTargets(targets, rows);
    const nao::model::Controller::Losses result =
        controller->controller.evaluate(tokens, targets, rows, predictions, log_probabilities);
    losses[0] = result.squaredError;
    losses[1] = result.negativeLogLikelihood;
  });
}

nao_status nao_controller_encode(nao_controller* controller, const int32_t* tokens, int64_t rows, float* predictions,
                                 float* embeddings) {
  return guarded([&] {
    present(controller, "controller");
    present(predictions, "predictions");
    checkTokens(controller->controller.shape(), tokens, rows);
    controller->controller.encode(tokens, rows, predictions, embeddings);
  });
}

nao_status nao_controller_generate(nao_controller* controller, const int32_t* tokens, int64_t rows,
                                   const float* step_sizes, int32_t count, const int32_t* legal, int32_t* generated,
                                   float* predictions) {
  return guarded([&] {
    present(controller, "controller");
    present(step_sizes, "step_sizes");
    present(legal, "legal");
    present(generated, "generated");
    const ControllerShape& shape = controller->controller.shape();
    checkTokens(shape, tokens, rows);
    NAO_REQUIRE(count >= 1 && count <= kMostStepSizes,
                text("%d step sizes, allowed are 1 to %d", count, kMostStepSizes));
    for (int32_t i = 0; i < count; ++i)
      NAO_REQUIRE(step_sizes[i] >= 0 && std::isfinite(step_sizes[i]),
                  text("step size %g, allowed are 0 and above", static_cast<double>(step_sizes[i])));
    for (int32_t t = 0; t < shape.tokens; ++t)
      NAO_REQUIRE(legal[2 * t] >= 1 && legal[2 * t] < legal[2 * t + 1] && legal[2 * t + 1] <= shape.vocabulary,
                  text("legal tokens of position %d are %d up to below %d, they must be within 1 to %d", t,
                       legal[2 * t], legal[2 * t + 1], shape.vocabulary - 1));
    controller->controller.generate(tokens, rows, step_sizes, count, legal, generated, predictions);
  });
}

}  // extern "C"
