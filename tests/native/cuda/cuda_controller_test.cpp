// A controller through the C API on "cuda:0", the emulated device: steps of training, evaluation, encodings and
// generated sequences are those of the reference.
#include <cmath>
#include <random>
#include <vector>

#include "check.h"
#include "nao/nao.h"

namespace {

#define ENGINE_CHECK(call) CHECK((call) == NAO_OK, "%s", nao_last_error())

constexpr int kRows = 5, kBatch = 3, kStepSizes = 2;

struct Results {
  std::vector<double> losses = std::vector<double>(2), norms = std::vector<double>(2);
  double evaluated[2];
  std::vector<float> predictions = std::vector<float>(kRows), moved = std::vector<float>(kStepSizes * kRows);
  std::vector<float> embeddings;
  std::vector<std::int32_t> generated;
};

Results resultsOf(const char* name, const nao_controller_shape& shape) {
  std::mt19937 random(6);
  std::uniform_int_distribution<std::int32_t> token(1, shape.vocabulary - 1);
  std::uniform_real_distribution<float> weight(-0.3f, 0.3f), unit(0, 1);
  std::vector<std::int32_t> tokens, order, legal;
  std::vector<float> targets, weights;
  for (int i = 0; i < kRows * shape.tokens; ++i) tokens.push_back(token(random));
  for (int i = 0; i < kRows; ++i) {
    targets.push_back(unit(random));
    order.push_back(kRows - 1 - i);
  }
  for (std::int64_t i = 0; i < nao_controller_weights(&shape); ++i) weights.push_back(weight(random));
  for (int t = 0; t < shape.tokens; ++t) {
    legal.push_back(1);
    legal.push_back(shape.vocabulary);
  }

  Results r;
  r.embeddings.resize(static_cast<std::size_t>(kRows * shape.hidden));
  r.generated.resize(static_cast<std::size_t>(kStepSizes * kRows * shape.tokens));
  nao_device* device = nullptr;
  nao_controller* controller = nullptr;
  ENGINE_CHECK(nao_device_create(name, 1, &device));
  ENGINE_CHECK(nao_controller_create(device, &shape, &controller));
  ENGINE_CHECK(nao_controller_write(controller, NAO_VALUE, weights.data(), static_cast<std::int64_t>(weights.size())));
  const nao_adam adam = {0.01f, 0.9f, 0.999f, 1e-3f, 0, 5, 0};
  ENGINE_CHECK(nao_controller_train(controller, tokens.data(), targets.data(), kRows, order.data(), kRows, kBatch,
                                    &adam, 0.8f, r.losses.data(), r.norms.data()));
  ENGINE_CHECK(
      nao_controller_evaluate(controller, tokens.data(), targets.data(), kRows, r.evaluated, nullptr, nullptr));
  ENGINE_CHECK(nao_controller_encode(controller, tokens.data(), kRows, r.predictions.data(), r.embeddings.data()));
  const float stepSizes[kStepSizes] = {1, 5};
  ENGINE_CHECK(nao_controller_generate(controller, tokens.data(), kRows, stepSizes, kStepSizes, legal.data(),
                                       r.generated.data(), r.moved.data()));
  nao_controller_destroy(controller);
  nao_device_destroy(device);
  return r;
}

template <class Values>
double furthest(const Values& a, const Values& b) {
  double most = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    most = std::fmax(most, std::fabs(static_cast<double>(a[i]) - static_cast<double>(b[i])));
  return most;
}

}  // namespace

TEST(a_controller_learns_and_writes_like_the_reference) {
  // One that keeps its recurrent weights in registers, one that is too large for that.
  for (const nao_controller_shape& shape :
       {nao_controller_shape{9, 6, 2, 5, 12}, nao_controller_shape{5, 4, 1, 3, 68}}) {
    const Results expected = resultsOf("cpu:ref", shape), actual = resultsOf("cuda:0", shape);
    CHECK(furthest(actual.losses, expected.losses) <= 1e-5 && furthest(actual.norms, expected.norms) <= 1e-5, "H %d",
          shape.hidden);
    for (int i = 0; i < 2; ++i)
      CHECK(std::fabs(actual.evaluated[i] - expected.evaluated[i]) <= 1e-4, "H %d", shape.hidden);
    CHECK(furthest(actual.predictions, expected.predictions) <= 1e-5, "H %d", shape.hidden);
    CHECK(furthest(actual.embeddings, expected.embeddings) <= 1e-4, "H %d", shape.hidden);
    CHECK(furthest(actual.moved, expected.moved) <= 1e-5, "H %d", shape.hidden);
    CHECK(actual.generated == expected.generated, "H %d", shape.hidden);
  }
}

NAO_TEST_MAIN
