// How often a step calls the GPU. It depends on the structure of a network alone: images are tiny here.
#include "check.h"
#include "engine.h"
#include "supernet.h"

namespace {

struct Calls {
  std::int64_t kernels = 0, transfers = 0;
};

Calls ofOneStep(const char* device, const programs::Builder& b, bool training) {
  const engine::Engine e(device, b);
  const nao_training t = programs::training(0.7f);
  Calls calls;
  ENGINE_CHECK(nao_step(e.network, e.program, e.images(1).data(), e.labels(1).data(), 1, training ? &t : nullptr,
                        NAO_BATCH_STATISTICS, 0.1f, 0, nullptr, nullptr, nullptr, nullptr));
  ENGINE_CHECK(nao_network_device_calls(e.network, &calls.kernels, &calls.transfers));
  return calls;
}

}  // namespace

TEST(a_training_step_takes_at_most_350_launches_whatever_the_architecture) {
  constexpr std::int64_t kMostLaunches = 350;
  for (unsigned seed = 1; seed <= 6; ++seed) {
    const Calls calls = ofOneStep("cuda:0", programs::supernet({3, 20, 4}, seed), true);
    std::printf("architecture %u: %lld launches, %lld transfers\n", seed, static_cast<long long>(calls.kernels),
                static_cast<long long>(calls.transfers));
    CHECK(calls.kernels > 50 && calls.kernels <= kMostLaunches, "architecture %u: %lld launches", seed,
          static_cast<long long>(calls.kernels));
    // The step's calls, the results.
    CHECK(calls.transfers == 2, "%lld transfers", static_cast<long long>(calls.transfers));
  }
}

TEST(an_evaluation_takes_less_than_half_of_it) {
  const programs::Builder b = programs::supernet({1, 4, 4}, 1);
  const Calls training = ofOneStep("cuda:0", b, true), evaluation = ofOneStep("cuda:0", b, false);
  CHECK(evaluation.kernels > 10 && 2 * evaluation.kernels < training.kernels, "%lld of %lld",
        static_cast<long long>(evaluation.kernels), static_cast<long long>(training.kernels));
  CHECK(evaluation.transfers == 2);
}

TEST(a_cpu_is_called_by_nobody) {
  const Calls calls = ofOneStep("cpu", programs::supernet({1, 4, 4}, 1), true);
  CHECK(calls.kernels == 0 && calls.transfers == 0);
}

NAO_TEST_MAIN
