// Whole networks on the GPU, emulated, against the plain CPU code: single steps and evaluations of explicit images.
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "check.h"
#include "engine.h"
#include "supernet.h"

namespace {

using engine::Engine;
using engine::error;
using programs::Builder;

struct Step {
  double loss = 0, norm = 0;
  std::int32_t correct = 0;
  std::vector<float> logits, gradients, values;
};

Step step(const char* device, const Builder& b, int images, const nao_training* training, nao_statistics statistics) {
  const Engine e(device, b);
  Step result;
  result.logits.resize(static_cast<std::size_t>(images) * programs::kClasses);
  ENGINE_CHECK(nao_step(e.network, e.program, e.images(images).data(), e.labels(images).data(), images, training,
                        statistics, 0.1f, 0, result.logits.data(), &result.loss, &result.norm, &result.correct));
  result.gradients = e.read(NAO_GRADIENT);
  result.values = e.read(NAO_VALUE);
  return result;
}

/// Rounding grows through the normalised layers; a wrong formula is off by 1e-1 and more.
void compare(const char* what, const Step& actual, const Step& expected) {
  CHECK(check::near(actual.loss, expected.loss, 1e-5 * std::fabs(expected.loss)), "%s: loss %g, ref %g", what,
        actual.loss, expected.loss);
  CHECK(check::near(actual.norm, expected.norm, 1e-4 * expected.norm), "%s: norm %g, ref %g", what, actual.norm,
        expected.norm);
  CHECK(error(actual.logits, expected.logits) <= 1e-4, "%s: logits %g", what, error(actual.logits, expected.logits));
  CHECK(error(actual.gradients, expected.gradients) <= 2e-4, "%s: gradients %g", what,
        error(actual.gradients, expected.gradients));
  CHECK(error(actual.values, expected.values) <= 2e-4, "%s: values %g", what, error(actual.values, expected.values));
}

void compareTraining(const char* what, const Builder& b, int images, float keep) {
  const nao_training t = programs::training(keep);
  compare(what, step("cuda:0", b, images, &t, NAO_BATCH_STATISTICS),
          step("cpu:ref", b, images, &t, NAO_BATCH_STATISTICS));
}

}  // namespace

TEST(a_step_agrees_with_ref) {
  for (const int images : {2, 17}) {
    compareTraining("small", programs::network(), images, 0.7f);
    compareTraining("mixed", programs::mixedNetwork(), images, 0.7f);
    compareTraining("zeros", programs::networkWithZeros(), images, 0.7f);
    compareTraining("inverted", programs::invertedNetwork(), images, 0.7f);
  }
}

TEST(a_step_of_a_stand_alone_network_agrees_with_ref) {
  compareTraining("stand-alone", programs::supernet({1, 4, 8, true, true}, 3), 3, 0.6f);
}

TEST(a_step_of_a_supernet_agrees_with_ref) {
  compareTraining("supernet", programs::supernet({1, 4, 8, true, false}, 4), 3, 1.0f);
}

TEST(evaluations_agree_with_ref) {
  const Builder b = programs::network();
  for (const nao_statistics statistics : {NAO_BATCH_STATISTICS, NAO_RUNNING_STATISTICS, NAO_AUTHORS_STATISTICS}) {
    const Step expected = step("cpu:ref", b, 3, nullptr, statistics),
               actual = step("cuda:0", b, 3, nullptr, statistics);
    compare("evaluation", actual, expected);
    CHECK(actual.correct == expected.correct, "%d correct, ref %d", actual.correct, expected.correct);
  }
}

TEST(a_profile_counts_every_call_of_a_step) {
  const Builder b = programs::network();
  std::string kernels[2];
  std::int64_t products[2] = {}, separable = 0, depthwise = 0, positions = 0;
  for (const bool cuda : {false, true}) {
    const Engine e(cuda ? "cuda:0" : "cpu:ref", b);
    const nao_training t = programs::training(0.7f);
    ENGINE_CHECK(nao_network_profile(e.network, 1, nullptr));
    ENGINE_CHECK(nao_step(e.network, e.program, e.images(2).data(), e.labels(2).data(), 2, &t, NAO_BATCH_STATISTICS,
                          0.1f, 0, nullptr, nullptr, nullptr, nullptr));
    const char* json = nullptr;
    CHECK(nao_network_profile(e.network, 0, &json) == NAO_OK);
    // Kernels, shapes and calls. A GPU normalises at the end of the launch that makes the sums, and has two launches
    // for a separable convolution's backward.
    std::string& list = kernels[cuda ? 1 : 0];
    std::int64_t& ofProducts = products[cuda ? 1 : 0];
    for (const char* at = json; (at = std::strstr(at, "\"kernel\"")) != nullptr; ++at) {
      const std::string entry(at, static_cast<std::size_t>(std::strstr(at, ", \"firstCall\"") - at));
      const auto has = [&](const char* kernel) { return entry.find(kernel) != std::string::npos; };
      const std::int64_t calls = std::atoll(entry.c_str() + entry.rfind(' '));
      positions += std::atoll(std::strstr(at, "\"firstCall\": ") + std::strlen("\"firstCall\": "));
      if (has("depthwise_backward")) depthwise += calls;
      if (has("sep_conv_backward")) separable += calls;
      if (has("pointwise_backward") || has("sep_conv_backward"))
        ofProducts += calls;
      else if (!has("batch_norm") && !has("depthwise_backward"))
        list += entry + "\n";
    }
    CHECK(std::strstr(json, "\"seconds\": 0.000000000") == nullptr, "%s", json);
  }
  CHECK(positions > 0);
  CHECK(separable > 0 && depthwise == separable, "%lld and %lld", static_cast<long long>(depthwise),
        static_cast<long long>(separable));
  CHECK(products[1] == products[0], "%lld and %lld", static_cast<long long>(products[1]),
        static_cast<long long>(products[0]));
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

TEST(experiments_are_measured) {
  const char* json = nullptr;
  int count = 0;
  for (; nao_gpu_experiment(0, count, &json) == NAO_OK && *json != '\0'; ++count) {
    const char* const measured = std::strstr(json, "\"measured\": ");
    CHECK(measured != nullptr && std::atof(std::strchr(measured, ':') + 1) > 0, "%s", json);
  }
  CHECK(json != nullptr && *json == '\0' && count > 3, "%d: %s", count, nao_last_error());
  CHECK(nao_gpu_experiment(99, 0, &json) == NAO_NO_DEVICE, "%s", nao_last_error());
}

NAO_TEST_MAIN
