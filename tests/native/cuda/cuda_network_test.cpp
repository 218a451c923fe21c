// Whole networks on the GPU, emulated, against the plain CPU code: single steps and evaluations of explicit images.
#include <cstdint>
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
  for (const int images : {2, 17}) compareTraining("small", programs::network(), images, 0.7f);
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

NAO_TEST_MAIN
