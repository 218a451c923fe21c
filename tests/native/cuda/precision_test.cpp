// tf32 and bf16 on the GPU, emulated, against the plain CPU code in fp32.
//
// How far a step may be off is measured for each network: on the plain code, with every weight and pixel off by up to
// u = 2^-11 (tf32) or 2^-9 (bf16) of itself, which is what rounding does to a value; the largest of eight draws, since
// maxima and ReLUs that switch make jumps. Allowed is twice that: layers round their operands and results as well. A
// wrong formula is off by about 1. Networks too narrow for tensor cores are computed in fp32 when tf32 is asked for.
#include <cmath>
#include <string>

#include "check.h"
#include "engine.h"

namespace {

using engine::Engine;
using programs::Builder;

struct Step {
  double loss = 0, norm = 0;
  std::vector<float> logits, gradients;
};

/// `off`: by which part of itself every weight and pixel may be off, at random.
Step step(const char* device, nao_precision precision, const Builder& b, int images, float off = 0,
          std::uint64_t seed = 0) {
  const Engine e(device, b, precision);
  const nao_training t = programs::training(0.7f);
  const auto spoil = [off](std::vector<float> values, std::uint64_t of) {
    const std::vector<float> random = programs::noise(values.size(), of);
    for (std::size_t i = 0; i < values.size(); ++i) values[i] *= 1 + off * random[i];
    return values;
  };
  e.write(spoil(e.initial(b), 2 * seed + 100));
  Step result;
  result.logits.resize(static_cast<std::size_t>(images) * programs::kClasses);
  ENGINE_CHECK(nao_step(e.network, e.program, spoil(e.images(images), 2 * seed + 101).data(), e.labels(images).data(),
                        images, &t, NAO_BATCH_STATISTICS, 0.1f, 0, result.logits.data(), &result.loss, &result.norm,
                        nullptr));
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

void compare(const char* what, const Builder& b, int images, bool onTensorCores = false) {
  const Step expected = step("cpu:ref", NAO_FP32, b, images);
  double ofTf32 = 0;
  for (const nao_precision precision : {NAO_TF32, NAO_BF16}) {
    const float u = precision == NAO_TF32 ? 1.0f / (1 << 11) : 1.0f / (1 << 9);
    constexpr double kAllowed = 2;
    const Step actual = step("cuda:0", precision, b, images);
    double ofLogits = 0, ofGradients = 0;
    for (std::uint64_t seed = 0; seed < 8; ++seed) {
      const Step spoilt = step("cpu:ref", NAO_FP32, b, images, u, seed);
      ofLogits = std::fmax(ofLogits, distance(spoilt.logits, expected.logits));
      ofGradients = std::fmax(ofGradients, distance(spoilt.gradients, expected.gradients));
    }
    const double logits = distance(actual.logits, expected.logits) / ofLogits;
    const double of = distance(actual.gradients, expected.gradients), gradients = of / ofGradients;
    std::printf("%s, precision %d: logits %.2g, gradients %.2g (%.2g) times what was measured\n", what, precision,
                logits, gradients, of);
    CHECK(logits <= kAllowed, "%s: logits are off by %g of what rounding does", what, logits);
    CHECK(gradients <= kAllowed, "%s: gradients are off by %g of what rounding does", what, gradients);
    CHECK(of < 0.3, "%s: gradients are off by %g", what, of);
    CHECK(check::near(actual.loss, expected.loss, 8 * static_cast<double>(u) * expected.loss), "%s: loss %g, ref %g",
          what, actual.loss, expected.loss);
    // And it is the precision that was asked for.
    if (precision == NAO_TF32) {
      CHECK((of > 1e-5) == onTensorCores, "%s: gradients %g in tf32", what, of);
      ofTf32 = of;
    } else {
      CHECK(of > 1.2 * ofTf32 + 1e-5, "%s: gradients %g, in tf32 %g", what, of, ofTf32);
    }
  }
}

/// A few layers of every kind that multiplies.
Builder layers(int channels) {
  Builder b;
  const int weight = b.tensor(channels * programs::kChannels * 9);
  const int stem = b.norm(b.op(NAO_CONV2D, {0, weight, channels, 3, 1, 1}), channels);
  const int sum = b.op(NAO_ADD, {2, b.half(stem, channels, 5, 1), stem});
  const int both = b.op(NAO_CONCAT, {2, b.reduce(sum, channels, channels), b.half(sum, channels, 3, 2)});
  const int all = b.norm(b.pointwise(b.op(NAO_RELU, {both}), 2 * channels, channels), channels);
  const int features = b.op(NAO_GLOBAL_AVG_POOL, {all});
  const int logits = b.op(NAO_LINEAR, {features, b.tensor(programs::kClasses * channels), b.tensor(programs::kClasses),
                                       programs::kClasses});
  b.op(NAO_SOFTMAX_CROSS_ENTROPY, {logits, programs::bits(1.0f), 0});
  return b;
}

}  // namespace

TEST(a_step_agrees_with_ref) { compare("small", programs::network(), 17); }

TEST(channels_that_are_no_multiple_of_8_agree_with_ref) {
  for (const int channels : {20, 36, 44, 84}) {
    const std::string what = std::to_string(channels) + " channels";
    compare(what.c_str(), layers(channels), 20, channels > 80);
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
