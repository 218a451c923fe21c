// DARTS' unrolled step against the same through the host: every pass a step that leaves its gradients, and between the
// passes all weights read, moved and written as the formula in nao.h says. The tests of a device call what is here.
#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <vector>

#include "check.h"
#include "engine.h"

namespace unrolled {

using engine::Engine;

constexpr int kImages = 19, kBatch = 5, kValidationBatch = 7;
constexpr float kRate = 0.05f;

inline nao_training training() {
  nao_training t = programs::training(1);
  t.momentum = 0.9f;
  t.weight_decay = 3e-3f;
  return t;
}
/// With gradients alone, of images changed at random: the two passes of a step have different seeds.
inline nao_training augmented(std::uint64_t seed) {
  nao_training t = training();
  t.crop_padding = 2;
  t.flip = 1;
  t.cutout = 3;
  t.seed = seed;
  return t;
}

/// Two cells of mixed operations, with momentum.
class Mixed {
 public:
  explicit Mixed(const char* device) : builder(programs::mixedNetwork()), engine(device, builder) {
    const std::vector<float> momentum = programs::noise(engine.read(NAO_VALUE).size(), 5);
    ENGINE_CHECK(nao_network_write(engine.network, NAO_MOMENTUM, -1, momentum.data(),
                                   static_cast<std::int64_t>(momentum.size())));
    const auto first = std::find(builder.sizes.begin(), builder.sizes.end(), 3 * programs::kMixedColumns);
    for (auto size = builder.sizes.begin(); size != builder.sizes.end(); ++size) {
      const bool trainable = builder.trainable[static_cast<std::size_t>(size - builder.sizes.begin())] != 0;
      logits.insert(logits.end(), static_cast<std::size_t>(*size), size == first);
      weights.insert(weights.end(), static_cast<std::size_t>(*size), size != first && trainable);
    }
  }

  std::vector<float> ofLogits(const std::vector<float>& all) const {
    std::vector<float> own;
    for (std::size_t i = 0; i < all.size(); ++i)
      if (logits[i]) own.push_back(all[i]);
    return own;
  }
  std::vector<float> ofWeights(std::vector<float> all) const {
    for (std::size_t i = 0; i < all.size(); ++i)
      if (!weights[i]) all[i] = 0;
    return all;
  }

  /// The gradients of the logits by the formula; the passes leave the gradients of L_train and L_val.
  std::vector<float> throughTheHost(const nao_training& t, const std::function<void()>& onTraining,
                                    const std::function<void()>& onValidation) const {
    const std::vector<float> w = engine.read(NAO_VALUE), m = engine.read(NAO_MOMENTUM);
    onTraining();
    const std::vector<float> g = ofWeights(engine.read(NAO_GRADIENT));
    std::vector<float> moved = w;
    for (std::size_t i = 0; i < w.size(); ++i)
      if (weights[i]) {
        const float decayed = g[i] + t.weight_decay * w[i];
        moved[i] = w[i] - kRate * (t.momentum * m[i] + decayed);
      }
    engine.write(moved);
    onValidation();
    const std::vector<float> all = engine.read(NAO_GRADIENT), d = ofWeights(all);
    std::vector<float> gradient = ofLogits(all);
    double square = 0;
    for (const float each : d) square += static_cast<double>(each) * each;
    const double step = 0.01 / std::sqrt(square);
    std::vector<float> at[2];
    for (const int side : {0, 1}) {
      for (std::size_t i = 0; i < w.size(); ++i)
        moved[i] = static_cast<float>(w[i] + (side == 0 ? step : -step) * d[i]);
      engine.write(moved);
      onTraining();
      at[side] = ofLogits(engine.read(NAO_GRADIENT));
    }
    for (std::size_t i = 0; i < gradient.size(); ++i) {
      const double mixed = (static_cast<double>(at[0][i]) - at[1][i]) / (2 * step);
      gradient[i] = static_cast<float>(gradient[i] - static_cast<double>(kRate) * mixed);
    }
    engine.write(w);
    return gradient;
  }

  const programs::Builder builder;
  Engine engine;
  std::vector<bool> logits, weights;  // of all elements
};

/// Whether values and momentum are those before, bit by bit.
inline void checkUnchanged(const Mixed& mixed, const std::vector<float>& values, const std::vector<float>& momentum) {
  CHECK(mixed.engine.read(NAO_VALUE) == values, "a weight or a running statistic has changed");
  CHECK(mixed.engine.read(NAO_MOMENTUM) == momentum, "a momentum has changed");
}

/// tolerance: of the gradients of all logits together, relative.
inline void agreesOnExplicitImages(const char* device, double tolerance) {
  const Mixed mixed(device);
  const Engine& e = mixed.engine;
  const nao_training t = training();
  const std::vector<float> images = e.images(kBatch + kValidationBatch);
  const std::vector<std::int32_t> labels = Engine::labels(kBatch + kValidationBatch);
  const float* const validation = images.data() + e.images(kBatch).size();
  const std::int32_t* const ofValidation = labels.data() + kBatch;
  const auto pass = [&](const float* pixels, const std::int32_t* own, int batch) {
    nao_training gradients = t;
    gradients.gradients_only = 1;
    ENGINE_CHECK(nao_step(e.network, e.program, pixels, own, batch, &gradients, NAO_BATCH_STATISTICS, 0, 3, nullptr,
                          nullptr, nullptr, nullptr));
  };
  const std::vector<float> expected = mixed.throughTheHost(
      t, [&] { pass(images.data(), labels.data(), kBatch); },
      [&] { pass(validation, ofValidation, kValidationBatch); });
  const std::vector<float> values = e.read(NAO_VALUE), momentum = e.read(NAO_MOMENTUM);
  ENGINE_CHECK(nao_unroll_step(e.network, e.program, &t, images.data(), labels.data(), kBatch, validation, ofValidation,
                               kValidationBatch, kRate, 3));
  const std::vector<float> actual = mixed.ofLogits(e.read(NAO_GRADIENT));
  const double error = engine::error(actual, expected);
  std::printf("%s: gradients of the logits differ by %.2g from those through the host\n", device, error);
  CHECK(error <= tolerance, "%s: %g", device, error);
  checkUnchanged(mixed, values, momentum);

  // The second order is there: that of the first is another.
  pass(validation, ofValidation, kValidationBatch);
  CHECK(engine::error(mixed.ofLogits(e.read(NAO_GRADIENT)), expected) > 1e-2);
}

inline void agreesOnADataset(const char* device, double tolerance) {
  Mixed mixed(device);
  Engine& e = mixed.engine;
  e.makeDataset(kImages, programs::kSide);
  const nao_training onTraining = augmented(1), onValidation = augmented(2);
  const std::int32_t trained[kBatch] = {3, 1, 18, 7, 0}, validated[kValidationBatch] = {2, 11, 5, 4, 17, 9, 6};
  const auto pass = [&](const nao_training& t, const std::int32_t* indices, int batch) {
    nao_training gradients = t;
    gradients.gradients_only = 1;
    nao_program* const programs[] = {e.program};
    ENGINE_CHECK(nao_train(e.network, e.dataset, &gradients, programs, 1, batch, indices, &kRate, 7, nullptr, nullptr,
                           nullptr, nullptr));
  };
  const std::vector<float> expected = mixed.throughTheHost(
      onTraining, [&] { pass(onTraining, trained, kBatch); }, [&] { pass(onValidation, validated, kValidationBatch); });
  const std::vector<float> values = e.read(NAO_VALUE), momentum = e.read(NAO_MOMENTUM);
  ENGINE_CHECK(nao_unroll(e.network, e.program, e.dataset, &onTraining, trained, kBatch, &onValidation, validated,
                          kValidationBatch, kRate, 7));
  const double error = engine::error(mixed.ofLogits(e.read(NAO_GRADIENT)), expected);
  std::printf("%s, data set: they differ by %.2g\n", device, error);
  CHECK(error <= tolerance, "%s: %g", device, error);
  checkUnchanged(mixed, values, momentum);
}

inline void saysWhatIsNotFiniteAndKeepsTheWeights(const char* device) {
  const Mixed mixed(device);
  const Engine& e = mixed.engine;
  const nao_training t = training();
  const std::vector<float> images = e.images(kBatch);
  std::vector<float> bad = images;
  bad[0] = std::numeric_limits<float>::infinity();
  const std::vector<std::int32_t> labels = Engine::labels(kBatch);
  const std::vector<float> values = e.read(NAO_VALUE), momentum = e.read(NAO_MOMENTUM);
  for (const bool inTraining : {true, false}) {
    const nao_status status =
        nao_unroll_step(e.network, e.program, &t, (inTraining ? bad : images).data(), labels.data(), kBatch,
                        (inTraining ? images : bad).data(), labels.data(), kBatch, kRate, 3);
    CHECK(status == NAO_NOT_FINITE, "%s: status %d, %s", device, status, nao_last_error());
    checkUnchanged(mixed, values, momentum);
  }
  ENGINE_CHECK(nao_unroll_step(e.network, e.program, &t, images.data(), labels.data(), kBatch, images.data(),
                               labels.data(), kBatch, kRate, 3));
}

inline void refusesAProgramWithoutWeightedSums(const char* device) {
  const Engine e(device, programs::network());
  const nao_training t = training();
  const std::vector<std::int32_t> labels = Engine::labels(kBatch);
  const std::vector<float> images = e.images(kBatch);
  const nao_status status = nao_unroll_step(e.network, e.program, &t, images.data(), labels.data(), kBatch,
                                            images.data(), labels.data(), kBatch, kRate, 0);
  CHECK(status == NAO_INVALID && std::string(nao_last_error()).find("no weighted sum") != std::string::npos, "%s",
        nao_last_error());
}

}  // namespace unrolled
