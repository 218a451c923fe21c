// Controllers through the C API: devices agree, threads change nothing, a training goes on where it was left, and bad
// arguments are refused.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "check.h"
#include "nao/nao.h"

namespace {

#define ENGINE_CHECK(call) CHECK((call) == NAO_OK, "%s", nao_last_error())

constexpr nao_controller_shape kShape = {9, 8, 2, 6, 24};
constexpr int kRows = 57, kBatch = 25;

struct Data {
  std::vector<std::int32_t> tokens, order, legal;
  std::vector<float> targets, weights;

  Data() {
    std::mt19937 random(4);
    std::uniform_int_distribution<std::int32_t> token(1, kShape.vocabulary - 1);
    for (int i = 0; i < kRows * kShape.tokens; ++i) tokens.push_back(token(random));
    // Something to learn: the share of large tokens.
    for (int i = 0; i < kRows; ++i) {
      const auto first = tokens.begin() + i * kShape.tokens;
      targets.push_back(static_cast<float>(std::count_if(first, first + kShape.tokens, [](int t) { return t > 4; })) /
                        static_cast<float>(kShape.tokens));
      order.push_back((i * 10) % kRows);
    }
    std::uniform_real_distribution<float> weight(-0.2f, 0.2f);
    for (std::int64_t i = 0; i < nao_controller_weights(&kShape); ++i) weights.push_back(weight(random));
    for (int t = 0; t < kShape.tokens; ++t) {
      legal.push_back(1);
      legal.push_back(kShape.vocabulary);
    }
  }
};

constexpr nao_adam kAdam = {0.01f, 0.9f, 0.999f, 1e-8f, 0, 5, 0};

class Engine {
 public:
  explicit Engine(const char* name, int threads = 1) {
    ENGINE_CHECK(nao_device_create(name, threads, &device));
    ENGINE_CHECK(nao_controller_create(device, &kShape, &controller));
    write(NAO_VALUE, data.weights);
  }
  ~Engine() {
    nao_controller_destroy(controller);
    nao_device_destroy(device);
  }
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  std::vector<float> read(nao_array array) const {
    std::vector<float> values(data.weights.size());
    ENGINE_CHECK(nao_controller_read(controller, array, values.data(), static_cast<std::int64_t>(values.size())));
    return values;
  }
  void write(nao_array array, const std::vector<float>& values) const {
    ENGINE_CHECK(nao_controller_write(controller, array, values.data(), static_cast<std::int64_t>(values.size())));
  }
  /// The sums of losses of an epoch.
  std::vector<double> train(std::int64_t firstStep = 0) const {
    std::vector<double> losses(2), norms(3);
    nao_adam adam = kAdam;
    adam.first_step = firstStep;
    ENGINE_CHECK(nao_controller_train(controller, data.tokens.data(), data.targets.data(), kRows, data.order.data(),
                                      kRows, kBatch, &adam, 0.8f, losses.data(), norms.data()));
    losses.insert(losses.end(), norms.begin(), norms.end());
    return losses;
  }

  Data data;
  nao_device* device = nullptr;
  nao_controller* controller = nullptr;
};

std::vector<const char*> fastDevices() {
  std::vector<const char*> found;
  for (const char* name : {"cpu:avx2", "cpu:avx512"}) {
    nao_device* device = nullptr;
    if (nao_device_create(name, 1, &device) == NAO_OK) found.push_back(name);
    nao_device_destroy(device);
  }
  return found;
}

}  // namespace

TEST(devices_agree_with_ref_over_epochs) {
  const Engine reference("cpu:ref");
  std::vector<std::vector<double>> expected;
  for (int epoch = 0; epoch < 4; ++epoch) expected.push_back(reference.train(3 * epoch));
  CHECK(expected[3][0] < 0.5 * expected[0][0] && expected[3][1] < expected[0][1], "it learns");
  for (const char* name : fastDevices()) {
    const Engine engine(name);
    for (std::size_t epoch = 0; epoch < expected.size(); ++epoch) {
      const std::vector<double> losses = engine.train(3 * static_cast<std::int64_t>(epoch));
      // Adam divides gradients by their size, so rounding grows by about ten an epoch.
      for (std::size_t i = 0; i < losses.size(); ++i)
        CHECK(std::fabs(losses[i] - expected[epoch][i]) <= 1e-6 * std::pow(10, epoch) * std::fabs(expected[epoch][i]),
              "%s epoch %d: %g, not %g", name, static_cast<int>(epoch), losses[i], expected[epoch][i]);
    }
  }
}

TEST(threads_do_not_change_a_bit) {
  std::vector<float> expected;
  for (const int threads : {1, 2, 3, 8}) {
    const Engine engine("cpu", threads);
    engine.train();
    const std::vector<float> values = engine.read(NAO_VALUE);
    if (expected.empty()) expected = values;
    CHECK(std::memcmp(values.data(), expected.data(), values.size() * sizeof(float)) == 0, "%d threads", threads);
  }
}

TEST(a_training_goes_on_where_it_was_left) {
  const Engine whole("cpu"), first("cpu"), second("cpu");
  whole.train();
  const std::vector<double> expected = whole.train(3);
  first.train();
  for (const nao_array array : {NAO_VALUE, NAO_MOMENTUM, NAO_SECOND_MOMENT}) second.write(array, first.read(array));
  CHECK(second.train(3) == expected);
  CHECK(second.read(NAO_VALUE) == whole.read(NAO_VALUE));
}

TEST(losses_of_an_evaluation_are_those_before_a_step) {
  for (const char* name : {"cpu", "cpu:ref"}) {
    const Engine engine(name);
    const Data& d = engine.data;
    double evaluated[2], trained[2];
    std::vector<float> predictions(kRows), again(kRows);
    std::vector<float> logs(static_cast<std::size_t>(kRows * kShape.tokens * kShape.vocabulary));
    ENGINE_CHECK(nao_controller_evaluate(engine.controller, d.tokens.data(), d.targets.data(), kRows, evaluated,
                                         predictions.data(), logs.data()));
    ENGINE_CHECK(nao_controller_encode(engine.controller, d.tokens.data(), kRows, again.data(), nullptr));
    CHECK(predictions == again);
    double only[2];
    ENGINE_CHECK(
        nao_controller_evaluate(engine.controller, d.tokens.data(), d.targets.data(), kRows, only, nullptr, nullptr));
    CHECK(only[0] == evaluated[0] && only[1] == evaluated[1]);
    ENGINE_CHECK(nao_controller_train(engine.controller, d.tokens.data(), d.targets.data(), kRows, d.order.data(),
                                      kRows, kRows, &kAdam, 0.5f, trained, nullptr));
    double squares = 0, nll = 0;
    for (std::size_t i = 0; i < kRows; ++i) {
      squares += std::pow(static_cast<double>(predictions[i]) - static_cast<double>(d.targets[i]), 2);
      for (std::size_t t = 0; t < static_cast<std::size_t>(kShape.tokens); ++t) {
        const std::size_t at = i * static_cast<std::size_t>(kShape.tokens) + t;
        nll -= static_cast<double>(
            logs[at * static_cast<std::size_t>(kShape.vocabulary) + static_cast<std::size_t>(d.tokens[at])]);
      }
    }
    CHECK(std::fabs(squares - evaluated[0]) <= 1e-5 && std::fabs(nll / kShape.tokens - evaluated[1]) <= 1e-4, "%s",
          name);
    // The order leaves nobody out.
    CHECK(std::fabs(trained[0] - evaluated[0]) <= 1e-5 && std::fabs(trained[1] - evaluated[1]) <= 1e-4, "%s", name);
  }
}

TEST(a_loss_that_is_not_finite_stops_before_its_update) {
  const Engine engine("cpu");
  std::vector<float> weights = engine.data.weights;
  weights.back() = INFINITY;
  engine.write(NAO_VALUE, weights);
  double losses[2];
  const Data& d = engine.data;
  const nao_status status = nao_controller_train(engine.controller, d.tokens.data(), d.targets.data(), kRows,
                                                 d.order.data(), kRows, kBatch, &kAdam, 0.8f, losses, nullptr);
  CHECK(status == NAO_NOT_FINITE && std::string(nao_last_error()).find("update 0") == 0, "%s", nao_last_error());
  CHECK(engine.read(NAO_VALUE) == weights);
}

TEST(bad_arguments_are_refused) {
  const Engine engine("cpu");
  const Data& d = engine.data;
  const auto refused = [](nao_status status, const char* words) {
    CHECK(status == NAO_INVALID && std::string(nao_last_error()).find(words) != std::string::npos, "%s: %s", words,
          nao_last_error());
  };
  nao_controller* made = nullptr;
  const auto shape = [&](int i, std::int32_t value, const char* words) {
    nao_controller_shape s = kShape;
    (&s.vocabulary)[i] = value;
    refused(nao_controller_create(engine.device, &s, &made), words);
    CHECK(nao_controller_weights(&s) == 0);
  };
  shape(0, 0, "vocabulary");
  shape(1, 5000, "tokens");
  shape(1, 7, "cut into steps");
  shape(2, 17, "tokens_per_step");
  shape(3, -1, "embedding");
  shape(4, 4097, "hidden");
  CHECK(made == nullptr);

  float value = 0;
  refused(nao_controller_read(engine.controller, NAO_VALUE, &value, 1), "weights");
  refused(nao_controller_read(nullptr, NAO_VALUE, &value, 1), "controller is null");

  double losses[2];
  const auto train = [&](const Data& used, const nao_adam& adam, std::int64_t count, int batch, float tradeoff,
                         const char* words) {
    refused(nao_controller_train(engine.controller, used.tokens.data(), used.targets.data(), kRows, used.order.data(),
                                 count, batch, &adam, tradeoff, losses, nullptr),
            words);
  };
  train(d, kAdam, 0, kBatch, 0.5f, "order");
  train(d, kAdam, kRows, 0, 0.5f, "batch");
  train(d, kAdam, kRows, kBatch, 1.5f, "tradeoff");
  Data broken = d;
  broken.tokens[3] = 9;
  train(broken, kAdam, kRows, kBatch, 0.5f, "token 9 of sequence 0");
  broken = d;
  broken.order[1] = kRows;
  train(broken, kAdam, kRows, kBatch, 0.5f, "sequence 57");
  broken = d;
  broken.targets[2] = NAN;
  train(broken, kAdam, kRows, kBatch, 0.5f, "target of sequence 2");
  nao_adam adam = kAdam;
  adam.beta1 = 1;
  train(d, adam, kRows, kBatch, 0.5f, "beta1");
  adam = kAdam;
  adam.epsilon = 0;
  train(d, adam, kRows, kBatch, 0.5f, "epsilon");
  adam = kAdam;
  adam.first_step = -1;
  train(d, adam, kRows, kBatch, 0.5f, "first_step");
  CHECK(engine.read(NAO_VALUE) == d.weights);

  std::vector<std::int32_t> generated(kRows * 8);
  const auto generate = [&](const std::vector<std::int32_t>& legal, float stepSize, std::int32_t count,
                            const char* words) {
    refused(nao_controller_generate(engine.controller, d.tokens.data(), kRows, &stepSize, count, legal.data(),
                                    generated.data(), nullptr),
            words);
  };
  generate(d.legal, -1, 1, "step size");
  generate(d.legal, 1, 0, "step sizes");
  std::vector<std::int32_t> legal = d.legal;
  legal[2] = 0;
  generate(legal, 1, 1, "position 1");
  legal = d.legal;
  legal[3] = 10;
  generate(legal, 1, 1, "position 1");
}

NAO_TEST_MAIN
