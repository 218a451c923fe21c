#include "api/check_step.h"

#include <cmath>

namespace nao::api {

namespace {

constexpr std::int64_t kMaximumStep = std::int64_t{1} << 53;  // a double counts so far

}  // namespace

void checkTraining(const nao_training& t) {
  const auto fraction = [](float value, const char* name, bool zeroAllowed) {
    NAO_REQUIRE(value <= 1 && (zeroAllowed ? value >= 0 : value > 0),
                text("%s is %g, allowed are %s to 1", name, static_cast<double>(value), zeroAllowed ? "0" : "above 0"));
  };
  fraction(t.momentum, "momentum", true);
  fraction(t.label_smoothing, "label_smoothing", true);
  fraction(t.drop_path_keep, "drop_path_keep", false);
  fraction(t.dropout_keep, "dropout_keep", false);
  NAO_REQUIRE(t.weight_decay >= 0 && t.weight_decay <= 1,
              text("weight_decay is %g, allowed are 0 to 1", static_cast<double>(t.weight_decay)));
  NAO_REQUIRE(t.clip_norm >= 0,
              text("clip_norm is %g, allowed are 0 (never) and above", static_cast<double>(t.clip_norm)));
  NAO_REQUIRE(t.crop_padding >= 0 && t.crop_padding <= 1024,
              text("crop_padding is %d, allowed are 0 to 1024", t.crop_padding));
  NAO_REQUIRE(t.cutout >= 0, text("cutout is %d, allowed are 0 and above", t.cutout));
  NAO_REQUIRE(t.total_steps >= 0 && t.total_steps <= kMaximumStep,
              text("total_steps is %lld, allowed are 0 to 2^53", static_cast<long long>(t.total_steps)));
  const auto flag = [](std::int32_t value, const char* name) {
    NAO_REQUIRE(value == 0 || value == 1, text("%s is %d, allowed are 0 and 1", name, value));
  };
  NAO_REQUIRE(t.mixup_alpha >= 0 && std::isfinite(t.mixup_alpha),
              text("mixup_alpha is %g, allowed are 0 and above", static_cast<double>(t.mixup_alpha)));
  NAO_REQUIRE(t.micro_batch >= 0, text("micro_batch is %d, allowed are 0 and above", t.micro_batch));
  NAO_REQUIRE(t.step_programs >= 0 && t.step_programs <= 1024,
              text("step_programs is %d, allowed are 0 to 1024", t.step_programs));
  NAO_REQUIRE(t.step_programs <= 1 || t.micro_batch > 0,
              text("step_programs is %d without a micro_batch, the images of each", t.step_programs));
  const auto upTo = [](float value, const char* name, float most) {
    NAO_REQUIRE(value >= 0 && value <= most,
                text("%s is %g, allowed are 0 to %g", name, static_cast<double>(value), static_cast<double>(most)));
  };
  upTo(t.jitter_brightness, "jitter_brightness", 1);
  upTo(t.jitter_contrast, "jitter_contrast", 1);
  upTo(t.jitter_saturation, "jitter_saturation", 1);
  upTo(t.jitter_hue, "jitter_hue", 0.5f);
  NAO_REQUIRE(t.average_decay >= 0 && t.average_decay < 1,
              text("average_decay is %g, allowed are 0 to below 1", static_cast<double>(t.average_decay)));
  flag(t.nesterov, "nesterov");
  flag(t.idle_update, "idle_update");
  flag(t.flip, "flip");
  flag(t.auto_augment, "auto_augment");
  flag(t.resized_crop, "resized_crop");
  flag(t.gradients_only, "gradients_only");
}
void checkStep(std::int64_t first, std::int64_t steps) {
  NAO_REQUIRE(first >= 0 && first <= kMaximumStep - steps,
              text("step is %lld, allowed are 0 to 2^53", static_cast<long long>(first)));
}
void checkRate(float rate) {
  NAO_REQUIRE(rate >= 0 && std::isfinite(rate),
              text("learning rate is %g, allowed are 0 and above", static_cast<double>(rate)));
}
void checkAverage(const nao_network& network, const nao_training& training) {
  NAO_REQUIRE(training.average_decay == 0 || network.network.parameters().hasAverage(),
              "average_decay needs an average, which nao_network_begin_average begins");
}
void checkContributor(const model::NetworkProgram& program) {
  NAO_REQUIRE(program.logits().empty(), "micro_batch and a program with weighted sums cannot stand together");
}
void checkContribution(std::int64_t size, std::int64_t floats) {
  NAO_REQUIRE(size == floats, text("the contributions have %lld floats, %lld were given",
                                   static_cast<long long>(floats), static_cast<long long>(size)));
}
void checkFinite(const model::StepResult& result, std::int64_t step) {
  if (result.failed)
    throw Error(NAO_NOT_FINITE, text("step %lld: loss %g with gradient norm %g; the weights are those before the step",
                                     static_cast<long long>(step), result.loss, result.gradientNorm));
}

}  // namespace nao::api
