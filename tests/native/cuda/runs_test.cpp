// Runs of steps on the GPU, emulated: images from the data set on the device with augmentation, momentum, a schedule of
// learning rates, what happens where a loss is not finite, and that results repeat bit by bit.
#include <algorithm>
#include <cstring>
#include <limits>
#include <numeric>

#include "check.h"
#include "engine.h"

namespace {

using engine::Engine;
using engine::error;

constexpr int kImages = 19, kBatch = 5;

nao_training augmented() {
  nao_training t = programs::training(0.8f);
  t.total_steps = 4;
  t.crop_padding = 2;
  t.flip = 1;
  t.cutout = 3;
  t.nesterov = 1;
  t.mixup_alpha = 0.4f;
  return t;
}

/// Of `steps` steps, every image about equally often.
std::vector<std::int32_t> indices(int steps) {
  std::vector<std::int32_t> list;
  for (int i = 0; i < steps * kBatch; ++i) list.push_back(i * 7 % kImages);
  return list;
}

struct Run {
  nao_status status = NAO_OK;
  std::int32_t done = 0;
  std::string message;
  std::vector<float> losses, norms, values, momentum;
  std::vector<std::int32_t> correct;
};

Run run(const char* device, const nao_training& training, const std::vector<float>& learningRates) {
  Engine e(device, programs::network());
  e.makeDataset(kImages, programs::kSide);
  const int steps = static_cast<int>(learningRates.size());
  const std::vector<nao_program*> perStep(learningRates.size(), e.program);
  Run result;
  result.losses.resize(learningRates.size(), -1);
  result.norms.resize(learningRates.size(), -1);
  result.correct.resize(learningRates.size(), -1);
  result.status = nao_train(e.network, e.dataset, &training, perStep.data(), steps, kBatch, indices(steps).data(),
                            learningRates.data(), 0, result.losses.data(), result.norms.data(), result.correct.data(),
                            &result.done);
  result.message = nao_last_error();
  result.values = e.read(NAO_VALUE);
  result.momentum = e.read(NAO_MOMENTUM);
  return result;
}

bool same(const std::vector<float>& a, const std::vector<float>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

/// Correct images and mean loss over the images `order`, `batch` at a time.
std::pair<std::int64_t, double> evaluation(const Engine& e, const std::vector<std::int32_t>& order, int batch) {
  std::int64_t correct = 0;
  double loss = 0;
  nao_program* const programs[] = {e.program};
  ENGINE_CHECK(nao_evaluate(e.network, e.dataset, NAO_RUNNING_STATISTICS, programs, 1, batch, order.data(),
                            static_cast<std::int64_t>(order.size()), &correct, &loss));
  return {correct, loss};
}

}  // namespace

TEST(a_run_agrees_with_ref) {
  const std::vector<float> rates = {0.05f, 0.02f, 0.01f};
  const Run expected = run("cpu:ref", augmented(), rates), actual = run("cuda:0", augmented(), rates);
  CHECK(actual.status == NAO_OK && actual.done == 3, "%s", actual.message.c_str());
  // A step multiplies the rounding of the steps before; a wrong rate or momentum is off by 1e-2 and more.
  CHECK(error(actual.losses, expected.losses) <= 1e-4, "losses %g", error(actual.losses, expected.losses));
  CHECK(error(actual.norms, expected.norms) <= 1e-3, "norms %g", error(actual.norms, expected.norms));
  CHECK(error(actual.values, expected.values) <= 1e-3, "values %g", error(actual.values, expected.values));
  CHECK(error(actual.momentum, expected.momentum) <= 2e-3, "momentum %g", error(actual.momentum, expected.momentum));
  CHECK(actual.correct == expected.correct);
}

TEST(two_runs_are_equal_bit_by_bit) {
  const std::vector<float> rates = {0.05f, 0.02f};
  const Run first = run("cuda:0", augmented(), rates), second = run("cuda:0", augmented(), rates);
  CHECK(same(first.losses, second.losses) && same(first.norms, second.norms));
  CHECK(same(first.values, second.values) && same(first.momentum, second.momentum));
}

TEST(a_run_stops_at_a_step_that_is_not_finite_with_the_weights_before_it) {
  const float tooLarge = 1e30f;
  const Run before = run("cuda:0", augmented(), {0.05f, tooLarge});
  CHECK(before.status == NAO_OK && before.done == 2, "%s", before.message.c_str());
  const Run stopped = run("cuda:0", augmented(), {0.05f, tooLarge, 0.05f, 0.05f});
  CHECK(stopped.status == NAO_NOT_FINITE && stopped.done == 2, "status %d after %d steps", stopped.status,
        stopped.done);
  CHECK(stopped.message.find("step 2: loss ") == 0, "%s", stopped.message.c_str());
  CHECK(same(stopped.momentum, before.momentum));
  const programs::Builder b = programs::network();
  std::size_t at = 0;
  for (std::size_t i = 0; i < b.sizes.size(); ++i) {
    const auto size = static_cast<std::size_t>(b.sizes[i]);
    const bool kept = std::memcmp(stopped.values.data() + at, before.values.data() + at, size * sizeof(float)) == 0;
    CHECK(kept || b.trainable[i] == 0, "tensor %zu has changed", i);
    at += size;
  }
}

TEST(a_single_step_that_is_not_finite_says_so) {
  const programs::Builder b = programs::network();
  const Engine e("cuda:0", b);
  std::vector<float> images = e.images(2);
  images[5] = std::numeric_limits<float>::quiet_NaN();
  const nao_training t = programs::training(1);
  CHECK(nao_step(e.network, e.program, images.data(), e.labels(2).data(), 2, &t, NAO_BATCH_STATISTICS, 0.1f, 7, nullptr,
                 nullptr, nullptr, nullptr) == NAO_NOT_FINITE);
  CHECK(std::string(nao_last_error()).find("step 7: loss ") == 0, "%s", nao_last_error());
  CHECK(same(e.read(NAO_MOMENTUM), std::vector<float>(e.read(NAO_MOMENTUM).size(), 0.0f)));
  // The network goes on with good images.
  ENGINE_CHECK(nao_step(e.network, e.program, e.images(2).data(), e.labels(2).data(), 2, nullptr, NAO_BATCH_STATISTICS,
                        0, 0, nullptr, nullptr, nullptr, nullptr));
}

TEST(an_evaluation_depends_neither_on_the_batch_nor_on_the_order) {
  Engine e("cuda:0", programs::network());
  e.makeDataset(kImages, programs::kSide);
  std::vector<std::int32_t> order(kImages);
  std::iota(order.begin(), order.end(), 0);
  const auto expected = evaluation(e, order, kImages);
  std::reverse(order.begin(), order.end());
  const auto reversed = evaluation(e, order, kBatch);
  CHECK(reversed.first == expected.first, "%lld correct", static_cast<long long>(reversed.first));
  // Images are computed alone; only the order of the sum in double precision differs.
  CHECK(check::near(reversed.second, expected.second, 1e-12 * expected.second), "%.17g, %.17g", reversed.second,
        expected.second);
}

NAO_TEST_MAIN
