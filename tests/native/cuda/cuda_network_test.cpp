// Whole networks on the GPU, emulated, against the plain CPU code: the same programs through the C API, in steps of
// explicit images, runs of training on a data set, and evaluations.
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "check.h"
#include "nao/nao.h"
#include "programs.h"

namespace {

using namespace programs;

struct Handles {
  nao_device* device = nullptr;
  nao_network* network = nullptr;
  nao_program* program = nullptr;
  std::size_t elements = 0;

  Handles(const char* name, const Builder& b) {
    for (const std::int64_t size : b.sizes) elements += static_cast<std::size_t>(size);
    CHECK(nao_device_create(name, 1, &device) == NAO_OK, "%s", nao_last_error());
    CHECK(nao_network_create(device, b.sizes.data(), b.trainable.data(), static_cast<int>(b.sizes.size()), &network) ==
              NAO_OK,
          "%s", nao_last_error());
    CHECK(nao_program_create(network, b.words.data(), static_cast<std::int64_t>(b.words.size()), &program) == NAO_OK,
          "%s", nao_last_error());
    const std::vector<float> initial = noise(elements, 11);
    write(initial);
  }
  ~Handles() {
    nao_program_destroy(program);
    nao_network_destroy(network);
    nao_device_destroy(device);
  }
  Handles(const Handles&) = delete;
  Handles& operator=(const Handles&) = delete;

  void write(const std::vector<float>& values) const {
    CHECK(nao_network_write(network, NAO_VALUE, -1, values.data(), static_cast<std::int64_t>(elements)) == NAO_OK, "%s",
          nao_last_error());
  }
  std::vector<float> read(nao_array array) const {
    std::vector<float> values(elements);
    CHECK(nao_network_read(network, array, -1, values.data(), static_cast<std::int64_t>(elements)) == NAO_OK, "%s",
          nao_last_error());
    return values;
  }
};

struct Step {
  double loss = 0, norm = 0;
  std::int32_t correct = 0;
  std::vector<float> logits, gradients, values;
};

Step step(const Builder& b, const char* device, int images, const nao_training* training, nao_statistics statistics) {
  const Handles h(device, b);
  const std::vector<float> pixels = noise(static_cast<std::size_t>(images) * kChannels * kSide * kSide, 12);
  std::vector<std::int32_t> labels;
  for (int n = 0; n < images; ++n) labels.push_back((n * 3 + 1) % kClasses);
  Step result;
  result.logits.resize(static_cast<std::size_t>(images) * kClasses);
  CHECK(nao_step(h.network, h.program, pixels.data(), labels.data(), images, training, statistics, 0.1f, 0,
                 result.logits.data(), &result.loss, &result.norm, &result.correct) == NAO_OK,
        "%s", nao_last_error());
  result.gradients = h.read(NAO_GRADIENT);
  result.values = h.read(NAO_VALUE);
  return result;
}

double error(const std::vector<float>& actual, const std::vector<float>& expected) {
  return check::relativeError(actual.data(), expected.data(), expected.size());
}

}  // namespace

TEST(a_step_agrees_with_ref) {
  for (const Builder& b : {network(), mixedNetwork()})
    for (const int images : {2, 17}) {
      const nao_training t = training(0.7f);
      const Step expected = step(b, "cpu:ref", images, &t, NAO_BATCH_STATISTICS);
      const Step actual = step(b, "cuda:0", images, &t, NAO_BATCH_STATISTICS);
      // Rounding grows through 14 normalised layers; a wrong formula is off by 1e-1 and more.
      CHECK(check::near(actual.loss, expected.loss, 1e-5 * std::fabs(expected.loss)), "loss %g, ref %g", actual.loss,
            expected.loss);
      CHECK(check::near(actual.norm, expected.norm, 1e-4 * expected.norm), "norm %g, ref %g", actual.norm,
            expected.norm);
      CHECK(error(actual.logits, expected.logits) <= 1e-4, "logits %g", error(actual.logits, expected.logits));
      CHECK(error(actual.gradients, expected.gradients) <= 2e-4, "%g", error(actual.gradients, expected.gradients));
      CHECK(error(actual.values, expected.values) <= 2e-4, "%g", error(actual.values, expected.values));
    }
}

TEST(a_profile_counts_every_call_of_a_step) {
  const Builder b = network();
  std::string kernels[2];
  for (const bool cuda : {false, true}) {
    const Handles h(cuda ? "cuda:0" : "cpu:ref", b);
    const std::vector<float> pixels = noise(2 * kChannels * kSide * kSide, 12);
    const std::int32_t labels[2] = {0, 1};
    const nao_training t = training(0.7f);
    CHECK(nao_network_profile(h.network, 1, nullptr) == NAO_OK);
    CHECK(nao_step(h.network, h.program, pixels.data(), labels, 2, &t, NAO_BATCH_STATISTICS, 0.1f, 0, nullptr, nullptr,
                   nullptr, nullptr) == NAO_OK,
          "%s", nao_last_error());
    const char* json = nullptr;
    CHECK(nao_network_profile(h.network, 0, &json) == NAO_OK);
    // Kernels, shapes and calls; times and the work of what is cut differently differ.
    std::string& list = kernels[cuda ? 1 : 0];
    for (const char* at = json; (at = std::strstr(at, "\"kernel\"")) != nullptr; ++at)
      list += std::string(at, static_cast<std::size_t>(std::strstr(at, ", \"seconds\"") - at)) + "\n";
    CHECK(std::strstr(json, "\"seconds\": 0.000000000") == nullptr, "%s", json);
  }
  CHECK(!kernels[0].empty() && kernels[0] == kernels[1], "%s\n%s", kernels[0].c_str(), kernels[1].c_str());
}

TEST(ceilings_are_measured) {
  nao_device* device = nullptr;
  CHECK(nao_device_create("cuda:0", 1, &device) == NAO_OK, "%s", nao_last_error());
  for (const nao_ceiling which : {NAO_CEILING_COPY, NAO_CEILING_MULTIPLY_ADD, NAO_CEILING_TF32, NAO_CEILING_BF16}) {
    double giga = 0;
    CHECK(nao_device_ceiling(device, which, &giga) == NAO_OK, "%s", nao_last_error());
    CHECK(giga > 0, "%d: %g", static_cast<int>(which), giga);
  }
  nao_device_destroy(device);
}

NAO_TEST_MAIN
