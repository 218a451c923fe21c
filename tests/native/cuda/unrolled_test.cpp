// DARTS' unrolled step on the GPU, emulated, and how often it calls it.
#include "unrolled.h"

namespace {

// A GPU may round the weights' displacement once where the host rounds twice; differences of gradients that are close
// to each other make more of it.
constexpr double kTolerance = 1e-4;

}  // namespace

TEST(agrees_with_the_same_through_the_host_on_explicit_images) {
  unrolled::agreesOnExplicitImages("cuda:0", kTolerance);
}
TEST(agrees_with_the_same_through_the_host_on_a_data_set) { unrolled::agreesOnADataset("cuda:0", kTolerance); }
TEST(says_what_is_not_finite_and_keeps_the_weights) { unrolled::saysWhatIsNotFiniteAndKeepsTheWeights("cuda:0"); }
TEST(refuses_a_program_without_weighted_sums) { unrolled::refusesAProgramWithoutWeightedSums("cuda:0"); }

TEST(a_step_copies_calls_and_results_alone) {
  const unrolled::Mixed mixed("cuda:0");
  const engine::Engine& e = mixed.engine;
  const nao_training t = unrolled::training();
  const std::vector<float> images = e.images(unrolled::kBatch);
  const std::vector<std::int32_t> labels = engine::Engine::labels(unrolled::kBatch);
  const auto counted = [&](const auto& body) {
    std::int64_t before[2], after[2];
    ENGINE_CHECK(nao_network_device_calls(e.network, &before[0], &before[1]));
    body();
    ENGINE_CHECK(nao_network_device_calls(e.network, &after[0], &after[1]));
    return std::pair<std::int64_t, std::int64_t>(after[0] - before[0], after[1] - before[1]);
  };
  nao_training gradients = t;
  gradients.gradients_only = 1;
  const auto pass = counted([&] {
    ENGINE_CHECK(nao_step(e.network, e.program, images.data(), labels.data(), unrolled::kBatch, &gradients,
                          NAO_BATCH_STATISTICS, 0, 0, nullptr, nullptr, nullptr, nullptr));
  });
  const auto step = counted([&] {
    ENGINE_CHECK(nao_unroll_step(e.network, e.program, &t, images.data(), labels.data(), unrolled::kBatch,
                                 images.data(), labels.data(), unrolled::kBatch, unrolled::kRate, 0));
  });
  // Beside four passes: weights kept, moved ahead, the direction kept, moved along it and back, restored.
  CHECK(step.first == 4 * pass.first + 6, "%lld launches, a pass has %lld", static_cast<long long>(step.first),
        static_cast<long long>(pass.first));
  // Each of those, and each pass, sends its calls; three times results are read.
  CHECK(step.second == 6 + 4 + 3, "%lld transfers", static_cast<long long>(step.second));
}

NAO_TEST_MAIN
