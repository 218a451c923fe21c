// tf32 and bf16 on the GPU, emulated, against the plain CPU code in fp32.
//
// Tolerances: a rounded operand or value is off by u = 2^-11 (tf32) or 2^-9 (bf16) of itself at most. A training step
// rounds about twice a layer (two operands, or the value left), forward and backward, each error like a random one; so
// for L normalised layers in a row about 2 * sqrt(2 L) u: 14 layers make 0.5e-2 (tf32) and 2e-2 (bf16). ReLUs that
// switch and the few images of a test's statistics make the largest of many gradients a few times worse.
#include <string>

#include "check.h"
#include "engine.h"
#include "supernet.h"

namespace {

using engine::Engine;
using engine::error;
using programs::Builder;

struct Step {
  double loss = 0, norm = 0;
  std::vector<float> logits, gradients;
};

Step step(const char* device, nao_precision precision, const Builder& b, int images, const nao_training* training) {
  const Engine e(device, b, precision);
  Step result;
  result.logits.resize(static_cast<std::size_t>(images) * programs::kClasses);
  ENGINE_CHECK(nao_step(e.network, e.program, e.images(images).data(), e.labels(images).data(), images, training,
                        NAO_BATCH_STATISTICS, 0.1f, 0, result.logits.data(), &result.loss, &result.norm, nullptr));
  result.gradients = e.read(NAO_GRADIENT);
  return result;
}

/// The root of the summed squares of the differences, of that of the expected.
double distance(const std::vector<float>& actual, const std::vector<float>& expected) {
  double difference = 0, norm = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    difference += std::pow(static_cast<double>(actual[i]) - static_cast<double>(expected[i]), 2);
    norm += std::pow(static_cast<double>(expected[i]), 2);
  }
  return std::sqrt(difference / norm);
}

void compare(const char* what, const Builder& b, int images) {
  const nao_training t = programs::training(0.7f);
  const Step expected = step("cpu:ref", NAO_FP32, b, images, &t);
  double before = 0;
  for (const nao_precision precision : {NAO_TF32, NAO_BF16}) {
    const Step actual = step("cuda:0", precision, b, images, &t);
    const double tolerance = precision == NAO_TF32 ? 1e-2 : 4e-2, of = distance(actual.gradients, expected.gradients);
    std::printf("%s, precision %d: loss %.2g, logits %.2g, gradients %.2g\n", what, precision,
                std::fabs(actual.loss / expected.loss - 1), distance(actual.logits, expected.logits), of);
    CHECK(check::near(actual.loss, expected.loss, tolerance * expected.loss), "%s: loss %g, ref %g", what, actual.loss,
          expected.loss);
    CHECK(distance(actual.logits, expected.logits) <= tolerance, "%s: logits", what);
    CHECK(of <= tolerance, "%s: gradients %g", what, of);
    // And it is another precision than the one before.
    CHECK(of > 2 * before + 1e-5, "%s: gradients %g", what, of);
    before = of;
  }
}

}  // namespace

TEST(a_step_agrees_with_ref) { compare("small", programs::network(), 17); }

TEST(channels_that_fill_no_tensor_core_agree_with_ref) {
  for (const int channels : {20, 36, 44}) {
    const std::string what = std::to_string(channels) + " channels";
    compare(what.c_str(), programs::supernet({1, channels, 4}, static_cast<unsigned>(channels)), 20);
  }
}

TEST(a_precision_is_chosen_before_the_first_program_and_on_a_gpu) {
  const Engine gpu("cuda:0", programs::network()), cpu("cpu", programs::network());
  CHECK(nao_network_set_precision(gpu.network, NAO_BF16) == NAO_INVALID);
  CHECK(std::string(nao_last_error()) == "a network's precision is set before its first program is made", "%s",
        nao_last_error());
  nao_network* network = nullptr;
  const std::int64_t size = 1;
  const std::uint8_t trainable = 1;
  ENGINE_CHECK(nao_network_create(cpu.device, &size, &trainable, 1, &network));
  CHECK(nao_network_set_precision(network, NAO_TF32) == NAO_INVALID);
  CHECK(std::string(nao_last_error()) == "device cpu computes in fp32 alone", "%s", nao_last_error());
  nao_network_destroy(network);
}

NAO_TEST_MAIN
