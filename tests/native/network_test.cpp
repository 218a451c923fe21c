// Whole programs: every backend against ref/, gradients against finite differences, any number of threads bit for bit,
// programs made meanwhile, and malformed programs as errors.
#include <atomic>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "check.h"
#include "engine.h"
#include "nao/nao.h"
#include "programs.h"
#include "supernet.h"

namespace {

using namespace programs;

struct Outcome {
  double loss = 0;
  std::vector<float> gradients, values;
};

Outcome run(const Builder& b, const char* deviceName, int threads, int images, float keep,
            const std::vector<float>* values = nullptr, bool gradientsOnly = false) {
  std::size_t total = 0;
  for (const std::int64_t size : b.sizes) total += static_cast<std::size_t>(size);
  Outcome outcome;
  nao_device* device = nullptr;
  nao_network* net = nullptr;
  nao_program* program = nullptr;
  const bool made =
      nao_device_create(deviceName, threads, &device) == NAO_OK &&
      nao_network_create(device, b.sizes.data(), b.trainable.data(), static_cast<int>(b.sizes.size()), &net) ==
          NAO_OK &&
      nao_program_create(net, b.words.data(), static_cast<std::int64_t>(b.words.size()), &program) == NAO_OK;
  CHECK(made, "%s", nao_last_error());
  if (!made) return outcome;
  const std::vector<float> initial = values != nullptr ? *values : noise(total, 11);
  nao_network_write(net, NAO_VALUE, -1, initial.data(), static_cast<std::int64_t>(total));
  const std::vector<float> pixels = noise(static_cast<std::size_t>(images) * kChannels * kSide * kSide, 12);
  std::vector<std::int32_t> labels;
  for (int n = 0; n < images; ++n) labels.push_back((n * 3 + 1) % kClasses);
  nao_training t = training(keep);
  t.gradients_only = gradientsOnly ? 1 : 0;
  CHECK(nao_step(net, program, pixels.data(), labels.data(), images, &t, NAO_BATCH_STATISTICS, 0.1f, 0, nullptr,
                 &outcome.loss, nullptr, nullptr) == NAO_OK,
        "%s", nao_last_error());
  outcome.gradients.resize(total);
  outcome.values.resize(total);
  nao_network_read(net, NAO_GRADIENT, -1, outcome.gradients.data(), static_cast<std::int64_t>(total));
  nao_network_read(net, NAO_VALUE, -1, outcome.values.data(), static_cast<std::int64_t>(total));
  nao_program_destroy(program);
  nao_network_destroy(net);
  nao_device_destroy(device);
  return outcome;
}

std::vector<Builder> networks() { return {network(), mixedNetwork(), networkWithZeros(), invertedNetwork()}; }

}  // namespace

TEST(backends_agree_with_ref) {
  for (const Builder& b : networks())
    for (const int images : {5, 17, 32}) {
      const Outcome expected = run(b, "cpu:ref", 1, images, 0.7f);
      for (const char* device : {"cpu:avx2", "cpu:avx512"}) {
        if (std::string(device) == "cpu:avx512" && !__builtin_cpu_supports("avx512dq")) continue;
        const Outcome actual = run(b, device, 2, images, 0.7f);
        CHECK(check::near(actual.loss, expected.loss, 1e-5 * std::fabs(expected.loss)), "%s %d images: loss %g, ref %g",
              device, images, actual.loss, expected.loss);
        // Rounding grows through 14 normalised layers; a wrong formula is off by 1e-1 and more.
        const double error =
            check::relativeError(actual.gradients.data(), expected.gradients.data(), expected.gradients.size());
        CHECK(error <= 2e-4, "%s %d images: gradient error %g", device, images, error);
      }
    }
}

namespace {

void compareWithDifferences(const Builder& b, double step = 1e-3) {
  const int images = 5;
  const Outcome at = run(b, "cpu:ref", 1, images, 0.7f);
  std::size_t total = at.gradients.size();
  const std::vector<float> initial = noise(total, 11);
  std::size_t offset = 0;
  for (std::size_t tensor = 0; tensor < b.sizes.size(); ++tensor) {
    const auto size = static_cast<std::size_t>(b.sizes[tensor]);
    if (b.trainable[tensor] != 0) {
      // Along the tensor's own gradient, so that the slope is its norm: one probe that every element enters.
      double square = 0;
      for (std::size_t i = 0; i < size; ++i) square += std::pow(static_cast<double>(at.gradients[offset + i]), 2);
      const double norm = std::sqrt(square), flat = 1 / std::sqrt(static_cast<double>(size));  // where it is 0
      double loss[2];
      for (int side = 0; side < 2; ++side) {
        std::vector<float> moved = initial;
        for (std::size_t i = 0; i < size; ++i)
          moved[offset + i] +=
              static_cast<float>((side == 0 ? step : -step) * (norm > 0 ? at.gradients[offset + i] / norm : flat));
        loss[side] = run(b, "cpu:ref", 1, images, 0.7f, &moved).loss;
      }
      const double slope = (loss[0] - loss[1]) / (2 * step);
      // fp32 activations put about 1e-6 / step of noise into the quotient, and ReLU kinks bend it.
      CHECK(check::near(norm, slope, 2e-2 * norm + 2e-3), "tensor %zu: gradient norm %g, difference quotient %g",
            tensor, norm, slope);
    }
    offset += size;
  }
}

}  // namespace

TEST(gradients_agree_with_finite_differences) {
  for (const Builder& b : {network(), mixedNetwork(), networkWithZeros()}) compareWithDifferences(b);
  // Steep before its many kinks: a step as long as the others' crosses too many.
  compareWithDifferences(invertedNetwork(), 3e-4);
}

TEST(logits_of_weighted_sums_are_not_updated) {
  const Builder b = mixedNetwork();
  std::size_t first = 0;
  for (std::size_t i = 0; b.sizes[i] != 3 * kMixedColumns; ++i) first += static_cast<std::size_t>(b.sizes[i]);
  const Outcome after = run(b, "cpu", 1, 5, 1.0f);
  const std::vector<float> initial = noise(after.values.size(), 11);
  for (std::size_t i = first; i < first + 3 * kMixedColumns; ++i) {
    CHECK(after.values[i] == initial[i]);
    CHECK(after.gradients[i] != 0);
  }
  CHECK(after.values[0] != initial[0]);
}

TEST(what_no_loss_needs_is_not_updated) {
  const Builder b = networkWithZeros();
  const Outcome after = run(b, "cpu", 1, 5, 1.0f);
  const std::vector<float> initial = noise(after.values.size(), 11);
  // The unread [1x1, BN] comes after the stem's convolution, scale, shift and statistics.
  std::size_t at = 0;
  for (std::size_t tensor = 0; tensor < b.sizes.size(); ++tensor)
    for (std::int64_t i = 0; i < b.sizes[tensor]; ++i, ++at)
      if (tensor >= 5 && tensor < 10)
        CHECK(after.values[at] == initial[at], "tensor %zu", tensor);
      else if (tensor < 5 || tensor == b.sizes.size() - 1)
        CHECK(after.values[at] != initial[at], "tensor %zu", tensor);
}

TEST(gradients_only_leaves_everything_else) {
  const Builder b = mixedNetwork();
  const Outcome whole = run(b, "cpu", 1, 5, 1.0f), gradients = run(b, "cpu", 1, 5, 1.0f, nullptr, true);
  CHECK(gradients.gradients == whole.gradients);
  CHECK(gradients.values == noise(whole.values.size(), 11));
  CHECK(gradients.loss == whole.loss);
}

TEST(threads_do_not_change_a_bit) {
  for (const Builder& b : networks()) {
    const Outcome one = run(b, "cpu", 1, 33, 0.8f);
    for (const int threads : {2, 3, 5}) {
      const Outcome many = run(b, "cpu", threads, 33, 0.8f);
      CHECK(std::memcmp(one.values.data(), many.values.data(), one.values.size() * sizeof(float)) == 0, "%d threads",
            threads);
      CHECK(one.loss == many.loss);
    }
  }
}

namespace {

/// Logits, loss and correct images of an evaluation, and all values after it, which running statistics are among.
std::vector<double> evaluated(const Builder& b, int threads, int images, nao_statistics statistics) {
  std::vector<float> values = engine::Engine::initial(b);
  const auto elements = static_cast<std::int64_t>(values.size());
  nao_device* device = nullptr;
  nao_network* net = nullptr;
  nao_program* program = nullptr;
  ENGINE_CHECK(nao_device_create("cpu", threads, &device));
  ENGINE_CHECK(nao_network_create(device, b.sizes.data(), b.trainable.data(), static_cast<int>(b.sizes.size()), &net));
  ENGINE_CHECK(nao_program_create(net, b.words.data(), static_cast<std::int64_t>(b.words.size()), &program));
  ENGINE_CHECK(nao_network_write(net, NAO_VALUE, -1, values.data(), elements));
  const std::size_t image = static_cast<std::size_t>(kChannels * b.words[3] * b.words[4]);
  std::vector<float> logits(static_cast<std::size_t>(images * kClasses));
  double loss = 0;
  std::int32_t correct = 0;
  ENGINE_CHECK(nao_step(net, program, noise(static_cast<std::size_t>(images) * image, 12).data(),
                        engine::Engine::labels(images).data(), images, nullptr, statistics, 0, 0, logits.data(), &loss,
                        nullptr, &correct));
  ENGINE_CHECK(nao_network_read(net, NAO_VALUE, -1, values.data(), elements));
  nao_program_destroy(program);
  nao_network_destroy(net);
  nao_device_destroy(device);
  std::vector<double> all(logits.begin(), logits.end());
  all.insert(all.end(), values.begin(), values.end());
  all.insert(all.end(), {loss, static_cast<double>(correct)});
  return all;
}

}  // namespace

TEST(an_evaluation_by_phases_is_one_by_waves) {
  constexpr int kImages = 170;            // 11 blocks
  constexpr int kPhases = 2, kWaves = 3;  // threads: 4 blocks for each make phases worthwhile (cpu_runner.cpp)
  std::vector<Builder> all = networks();
  for (unsigned seed = 1; seed <= 3; ++seed) all.push_back(supernet({1, 4, 8}, seed));
  for (const Builder& b : all)
    for (const nao_statistics statistics : {NAO_BATCH_STATISTICS, NAO_RUNNING_STATISTICS, NAO_AUTHORS_STATISTICS}) {
      const std::vector<double> expected = evaluated(b, kWaves, kImages, statistics);
      CHECK(std::isfinite(expected[0]));
      for (const int threads : {1, kPhases})
        CHECK(evaluated(b, threads, kImages, statistics) == expected, "%d threads, statistics %d", threads,
              static_cast<int>(statistics));
    }
}

TEST(programs_are_made_and_destroyed_while_steps_run) {
  constexpr int kImages = 12, kBatch = 4, kSteps = 30;
  const Builder b = network();
  const nao_training t = training(0.7f);
  std::vector<std::int32_t> indices;
  for (int i = 0; i < kSteps * kBatch; ++i) indices.push_back(i % kImages);
  const std::vector<float> rates(kSteps, 0.05f);
  std::vector<float> alone;
  for (const bool accompanied : {false, true}) {
    engine::Engine e("cpu", b);
    e.makeDataset(kImages, kSide);
    const std::vector<nao_program*> perStep(kSteps, e.program);
    std::atomic<bool> trained{false};
    std::atomic<int> made{0};
    std::thread other([&] {
      while (accompanied && !trained) {
        nao_program* program = nullptr;
        if (nao_program_create(e.network, b.words.data(), static_cast<std::int64_t>(b.words.size()), &program) ==
            NAO_OK)
          ++made;
        nao_program_destroy(program);
      }
    });
    while (accompanied && made == 0) std::this_thread::yield();
    ENGINE_CHECK(nao_train(e.network, e.dataset, &t, perStep.data(), kSteps, kBatch, indices.data(), rates.data(), 0,
                           nullptr, nullptr, nullptr, nullptr));
    trained = true;
    other.join();
    const std::vector<float> values = e.read(NAO_VALUE);
    if (!accompanied) alone = values;
    CHECK(std::memcmp(values.data(), alone.data(), alone.size() * sizeof(float)) == 0);
  }
}

/// Whoever adds an operation adds it to programs.h, whose networks many tests run.
TEST(the_networks_use_every_operation) {
  std::set<std::int32_t> used;
  for (const Builder& b : networks())
    for (std::size_t at = 7; at < b.words.size(); at += 2 + static_cast<std::size_t>(b.words[at + 1]))
      used.insert(b.words[at]);
  const engine::Engine e("cpu", network());
  for (std::int32_t opcode = 0; opcode < 256; ++opcode) {
    Builder b;
    b.words[6] = 1;
    b.words.insert(b.words.end(), {opcode, 0});
    nao_program* program = nullptr;
    nao_program_create(e.network, b.words.data(), static_cast<std::int64_t>(b.words.size()), &program);
    const bool known = std::string(nao_last_error()).find("there is no opcode") == std::string::npos;
    CHECK(known == (used.count(opcode) == 1), "operation %d is %s", opcode, known ? "not used" : "unknown");
  }
}

TEST(malformed_programs_are_errors) {
  for (const Builder& b : networks()) {
    nao_device* device = nullptr;
    nao_network* net = nullptr;
    CHECK(nao_device_create("cpu", 1, &device) == NAO_OK);
    CHECK(nao_network_create(device, b.sizes.data(), b.trainable.data(), static_cast<int>(b.sizes.size()), &net) ==
          NAO_OK);
    int rejected = 0;
    for (std::size_t at = 0; at < b.words.size(); ++at)
      for (const std::int32_t word : {-1, 0, 1000000, INT32_MAX, INT32_MIN}) {
        std::vector<std::int32_t> words = b.words;
        words[at] = word;
        nao_program* program = nullptr;
        const nao_status status =
            nao_program_create(net, words.data(), static_cast<std::int64_t>(words.size()), &program);
        CHECK(status == NAO_OK || status == NAO_INVALID, "word %zu = %d: status %d %s", at, word, status,
              nao_last_error());
        if (status != NAO_OK) {
          ++rejected;
          CHECK(std::strlen(nao_last_error()) > 10);
        }
        nao_program_destroy(program);
      }
    for (std::size_t length = 0; length < b.words.size(); ++length) {
      nao_program* program = nullptr;
      CHECK(nao_program_create(net, b.words.data(), static_cast<std::int64_t>(length), &program) == NAO_INVALID,
            "%zu words", length);
    }
    CHECK(rejected > 500, "%d rejected", rejected);
    nao_network_destroy(net);
    nao_device_destroy(device);
  }
}

NAO_TEST_MAIN
