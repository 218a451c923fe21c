// Steps of several batches on a device: without batch normalisation what one large batch does.
#pragma once

#include <vector>

#include "engine.h"

namespace micro_batches {

constexpr int kImages = 21, kBatch = 19, kSteps = 2;

/// A network without batch normalisation that drops paths and features.
inline programs::Builder plain() {
  using namespace programs;
  Builder b;
  const int stem = b.op(NAO_CONV2D, {0, b.tensor(kWidth * kChannels * 9), kWidth, 3, 1, 1});
  const int inner = b.pointwise(b.op(NAO_RELU, {stem}), kWidth, kWidth);
  const int sum = b.op(NAO_ADD, {2, b.drop(inner, 0), b.drop(b.op(NAO_AVG_POOL, {stem, 3, 1, 1}), 1)});
  const int features = b.op(NAO_DROPOUT, {b.op(NAO_GLOBAL_AVG_POOL, {b.op(NAO_RELU, {sum})}), 2});
  const int logits = b.op(NAO_LINEAR, {features, b.tensor(kClasses * kWidth), b.tensor(kClasses), kClasses});
  b.op(NAO_SOFTMAX_CROSS_ENTROPY, {logits, bits(1.0f), 0});
  const int side = b.op(
      NAO_LINEAR, {b.op(NAO_GLOBAL_AVG_POOL, {b.op(NAO_RELU, {inner})}), b.tensor(kClasses * kWidth), -1, kClasses});
  b.op(NAO_SOFTMAX_CROSS_ENTROPY, {side, bits(0.4f), 1});
  return b;
}

struct Result {
  std::vector<float> losses, norms, values, momentum, gradients;
  std::vector<std::int32_t> correct;
};

inline Result train(const char* device, const programs::Builder& b, int microBatch, bool onHost = false) {
  engine::Engine e(device, b);
  e.makeDataset(kImages, programs::kSide);
  nao_training t = programs::training(0.7f);
  t.total_steps = kSteps;
  t.crop_padding = 2;
  t.flip = 1;
  t.cutout = 3;
  t.mixup_alpha = 0.5f;
  t.clip_norm = 0.1f;
  t.micro_batch = microBatch;
  if (onHost) {
    t.auto_augment = 1;
    t.jitter_brightness = t.jitter_contrast = t.jitter_saturation = 0.4f;
    t.jitter_hue = 0.2f;
    t.resized_crop = 1;
  }
  std::vector<std::int32_t> indices;
  for (int i = 0; i < kSteps * kBatch; ++i) indices.push_back(i * 8 % kImages);
  const std::vector<nao_program*> programs(kSteps, e.program);
  const std::vector<float> rates(kSteps, 0.1f);
  Result r;
  r.losses.resize(kSteps);
  r.norms.resize(kSteps);
  r.correct.resize(kSteps);
  ENGINE_CHECK(nao_train(e.network, e.dataset, &t, programs.data(), kSteps, kBatch, indices.data(), rates.data(), 3,
                         r.losses.data(), r.norms.data(), r.correct.data(), nullptr));
  r.values = e.read(NAO_VALUE);
  r.momentum = e.read(NAO_MOMENTUM);
  r.gradients = e.read(NAO_GRADIENT);
  return r;
}

inline void equalOneBatch(const char* device) {
  const programs::Builder b = plain();
  for (const bool onHost : {false, true}) {
    const Result whole = train(device, b, 0, onHost);
    for (const int microBatch : {5, 16, 18}) {
      const Result parts = train(device, b, microBatch, onHost);
      // Sums of floats in another order; a part that is left out or weighted wrongly is off by 1e-2 and more.
      CHECK(engine::error(parts.losses, whole.losses) <= 1e-5, "%s, %d: losses", device, microBatch);
      CHECK(engine::error(parts.norms, whole.norms) <= 1e-4, "%s, %d: norms", device, microBatch);
      CHECK(engine::error(parts.gradients, whole.gradients) <= 1e-4, "%s, %d: gradients", device, microBatch);
      CHECK(engine::error(parts.momentum, whole.momentum) <= 1e-4, "%s, %d: momentum", device, microBatch);
      CHECK(engine::error(parts.values, whole.values) <= 1e-5, "%s, %d: values", device, microBatch);
      CHECK(parts.correct == whole.correct, "%s, %d: correct", device, microBatch);
    }
    for (const int microBatch : {kBatch, 100})
      CHECK(train(device, b, microBatch, onHost).values == whole.values, "%s: the whole step is one batch", device);
  }
}

inline void normaliseEachBatch(const char* device) {
  const programs::Builder b = programs::network();
  const Result whole = train(device, b, 0), parts = train(device, b, 10);
  CHECK(engine::error(parts.values, whole.values) > 1e-4, "%s", device);
  CHECK(train(device, b, 10).values == parts.values, "%s", device);
}

}  // namespace micro_batches
