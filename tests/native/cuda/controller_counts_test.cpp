// How much the longest thread of the controller's kernels does, counted by the checked emulation: what makes them
// longer is seen here, without a GPU. The counts are those of the source as g++ leaves it, not of machine code:
// registers that are spilled there are not among them.
#include <vector>

#include "check.h"
#include "kernels/cuda/shim/emulated/counts.h"
#include "nao/nao.h"

namespace {

using nao::cuda::emulation::Counts;
using nao::cuda::emulation::takeLongest;

#define ENGINE_CHECK(call) CHECK((call) == NAO_OK, "%s", nao_last_error())

/// NAO's in its paper: 40 tokens, 20 steps of the encoder.
constexpr nao_controller_shape kShape = {12, 40, 2, 32, 64};

struct Limit {
  const char* call;
  std::uint64_t accesses, meetings;
};
// Accesses are a twentieth above what was counted, for other versions of the compiler; meetings are exactly it.
constexpr Limit kTrain = {"train", 7885, 1187}, kEvaluate = {"evaluate", 2550, 657}, kEncode = {"encode", 746, 199},
                kGenerate = {"generate", 8240, 1812};

void checkLongest(const Limit& limit, nao_status status) {
  CHECK(status == NAO_OK, "%s", nao_last_error());
  const Counts longest = takeLongest();
  std::printf("%s: %llu accesses to memory, %llu barriers and exchanges\n", limit.call,
              static_cast<unsigned long long>(longest.accesses), static_cast<unsigned long long>(longest.meetings));
  CHECK(longest.accesses > limit.accesses / 2 && longest.accesses <= limit.accesses, "%s: %llu accesses, not %llu",
        limit.call, static_cast<unsigned long long>(longest.accesses), static_cast<unsigned long long>(limit.accesses));
  CHECK(longest.meetings > limit.meetings / 2 && longest.meetings <= limit.meetings, "%s: %llu meetings, not %llu",
        limit.call, static_cast<unsigned long long>(longest.meetings), static_cast<unsigned long long>(limit.meetings));
}

}  // namespace

TEST(the_longest_thread_of_a_controller_kernel_does_not_do_more) {
  std::vector<std::int32_t> tokens, legal, generated(static_cast<std::size_t>(kShape.tokens));
  for (int t = 0; t < kShape.tokens; ++t) {
    tokens.push_back(1 + t * 5 % (kShape.vocabulary - 1));
    legal.insert(legal.end(), {1, kShape.vocabulary});
  }
  const std::vector<float> weights(static_cast<std::size_t>(nao_controller_weights(&kShape)), 0.01f);
  const std::int32_t order = 0;
  const float target = 0.5f, stepSize = 1;
  const nao_adam adam = {0.01f, 0.9f, 0.999f, 1e-3f, 0, 5, 0};
  double losses[2], norm;
  float prediction;
  nao_device* device = nullptr;
  nao_controller* c = nullptr;
  ENGINE_CHECK(nao_device_create("cuda:0", 1, &device));
  ENGINE_CHECK(nao_controller_create(device, &kShape, &c));
  ENGINE_CHECK(nao_controller_write(c, NAO_VALUE, weights.data(), static_cast<std::int64_t>(weights.size())));
  takeLongest();
  checkLongest(kTrain, nao_controller_train(c, tokens.data(), &target, 1, &order, 1, 1, &adam, 0.8f, losses, &norm));
  checkLongest(kEvaluate, nao_controller_evaluate(c, tokens.data(), &target, 1, losses, nullptr, nullptr));
  checkLongest(kEncode, nao_controller_encode(c, tokens.data(), 1, &prediction, nullptr));
  checkLongest(kGenerate,
               nao_controller_generate(c, tokens.data(), 1, &stepSize, 1, legal.data(), generated.data(), &prediction));
  nao_controller_destroy(c);
  nao_device_destroy(device);
}

NAO_TEST_MAIN
