// Steps of several batches on a device: without batch normalisation what one large batch does.
#pragma once

#include <algorithm>
#include <cmath>
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

/// Two programs of one network: they share a stem and a classifier, and each has a convolution and a normalisation of
/// its own; a third one is used by neither.
struct TwoPrograms {
  programs::Builder first, second;

  TwoPrograms() {
    using namespace programs;
    const int stem = first.tensor(kWidth * kChannels * 9),
              own[] = {first.tensor(kWidth * kWidth), first.tensor(kWidth * kWidth)};
    first.tensor(kWidth * kWidth);
    const int norms[] = {normTensors(), normTensors()}, classifier = first.tensor(kClasses * kWidth);
    second = first;
    int number = 0;
    for (Builder* const b : {&first, &second}) {
      const int x = b->op(NAO_CONV2D, {0, stem, kWidth, 3, 1, 1});
      const int y = b->op(NAO_POINTWISE, {b->op(NAO_RELU, {x}), kWidth, 1, own[number], kWidth});
      const int norm = norms[number];
      const int z = b->op(NAO_BATCH_NORM, {y, norm, norm + 1, norm + 2, norm + 3, 0});
      const int features = b->op(NAO_GLOBAL_AVG_POOL, {b->op(NAO_ADD, {2, x, z})});
      b->op(NAO_SOFTMAX_CROSS_ENTROPY, {b->op(NAO_LINEAR, {features, classifier, -1, kClasses}), bits(1.0f), 0});
      ++number;
    }
  }

 private:
  int normTensors() {
    const int gamma = first.tensor(programs::kWidth);
    first.tensor(programs::kWidth);
    first.tensor(programs::kWidth, false);
    first.tensor(programs::kWidth, false);
    return gamma;
  }
};

/// A step of both, of which the first has `each` images and the second the rest, against the sum of their gradients.
inline void addProgramsOfAStep(const char* device, int each, int images) {
  const TwoPrograms two;
  engine::Engine e(device, two.first);
  nao_program* second = nullptr;
  ENGINE_CHECK(nao_program_create(e.network, two.second.words.data(),
                                  static_cast<std::int64_t>(two.second.words.size()), &second));
  e.makeDataset(images, programs::kSide);
  nao_program* const both[] = {e.program, second};
  std::vector<std::int32_t> indices;
  for (int i = 0; i < images; ++i) indices.push_back(i);
  const float rate = 0.1f;
  nao_training t = programs::training(1);
  t.clip_norm = 0;
  t.momentum = t.weight_decay = 0;
  t.total_steps = 1;
  const std::vector<float> before = e.read(NAO_VALUE);

  // Each alone: the gradient of its own mean, and with it the running statistics of its norm.
  std::vector<double> expected(before.size(), 0.0);
  std::vector<std::vector<float>> statistics;
  double loss = 0;
  for (int number = 0; number < 2; ++number) {
    const int count = number == 0 ? std::min(each, images) : images - each;
    if (count <= 0) continue;
    float own;
    e.write(before);
    ENGINE_CHECK(nao_train(e.network, e.dataset, &t, &both[number], 1, count, indices.data() + number * each, &rate, 0,
                           &own, nullptr, nullptr, nullptr));
    loss += static_cast<double>(own) * count / images;
    statistics.push_back(e.read(NAO_VALUE));
    const std::vector<float> gradients = e.read(NAO_GRADIENT);
    std::size_t at = 0;
    for (std::size_t tensor = 0; tensor < two.first.sizes.size(); ++tensor) {
      std::vector<std::uint8_t> used(two.first.sizes.size());
      ENGINE_CHECK(nao_program_used(both[number], used.data(), static_cast<std::int32_t>(used.size())));
      for (std::int64_t i = 0; i < two.first.sizes[tensor]; ++i, ++at)
        if (used[tensor] != 0 && two.first.trainable[tensor] != 0)
          expected[at] += static_cast<double>(gradients[at]) * count / images;
    }
  }

  t.micro_batch = each;
  t.step_programs = 2;
  e.write(before);
  float together;
  ENGINE_CHECK(nao_train(e.network, e.dataset, &t, both, 1, images, indices.data(), &rate, 0, &together, nullptr,
                         nullptr, nullptr));
  CHECK(std::fabs(together - loss) <= 1e-5, "%s: loss %g, not %g", device, static_cast<double>(together), loss);
  const std::vector<float> after = e.read(NAO_VALUE);
  std::size_t at = 0;
  for (std::size_t tensor = 0; tensor < two.first.sizes.size(); ++tensor)
    for (std::int64_t i = 0; i < two.first.sizes[tensor]; ++i, ++at) {
      if (two.first.trainable[tensor] == 0) {
        // A running statistic moved with the one program that has it, or not at all.
        bool one = after[at] == before[at];
        for (const std::vector<float>& alone : statistics) one = one || std::fabs(after[at] - alone[at]) <= 1e-6;
        CHECK(one, "%s: running statistic of tensor %zu", device, tensor);
        continue;
      }
      const double wanted = before[at] - 0.1 * expected[at];
      CHECK(std::fabs(after[at] - wanted) <= 1e-6, "%s: tensor %zu: %g, not %g", device, tensor,
            static_cast<double>(after[at]), wanted);
      if (expected[at] == 0) CHECK(after[at] == before[at], "%s: tensor %zu moved without a gradient", device, tensor);
    }
  nao_program_destroy(second);
}

/// What a few steps leave: each of three programs, the first of which comes twice, and the last step has images for
/// two only.
inline Result trainInParts(const char* device, bool inParts, bool onHost) {
  const TwoPrograms two;
  constexpr int kEach = 4, kPrograms = 3, kLast = 7;
  engine::Engine e(device, two.first);
  nao_program* second = nullptr;
  ENGINE_CHECK(nao_program_create(e.network, two.second.words.data(),
                                  static_cast<std::int64_t>(two.second.words.size()), &second));
  e.makeDataset(kImages, programs::kSide);
  ENGINE_CHECK(nao_network_begin_average(e.network));
  nao_training t = programs::training(0.7f);
  t.total_steps = kSteps;
  t.crop_padding = 2;
  t.flip = 1;
  t.cutout = 3;
  t.mixup_alpha = 0.5f;
  t.clip_norm = 0.1f;
  t.idle_update = 1;
  t.average_decay = 0.9f;
  t.micro_batch = kEach;
  t.step_programs = kPrograms;
  if (onHost) t.auto_augment = 1;
  nao_program* const chosen[] = {e.program, second, e.program};
  Result r;
  for (int step = 0; step < kSteps; ++step) {
    const int batch = step + 1 < kSteps ? kPrograms * kEach : kLast;
    std::vector<std::int32_t> indices;
    for (int i = 0; i < batch; ++i) indices.push_back((step + i * 8) % kImages);
    const float rate = 0.1f;
    float loss = 0, norm = 0;
    std::int32_t correct = 0;
    if (!inParts) {
      ENGINE_CHECK(nao_train(e.network, e.dataset, &t, chosen, 1, batch, indices.data(), &rate, step, &loss, &norm,
                             &correct, nullptr));
    } else {
      const int count = (batch - 1) / kEach + 1;
      std::vector<std::vector<float>> parts(static_cast<std::size_t>(count));
      double sum = 0;
      for (int position = count - 1; position >= 0; --position) {
        std::vector<float>& part = parts[static_cast<std::size_t>(position)];
        std::int64_t size = 0;
        ENGINE_CHECK(nao_contribution_size(chosen[position], &size));
        part.resize(static_cast<std::size_t>(size));
        double own = 0;
        std::int32_t right = 0;
        ENGINE_CHECK(nao_train_part(e.network, e.dataset, &t, chosen[position], position, batch, indices.data(), step,
                                    part.data(), size, &own, &right));
        sum += own * std::min(kEach, batch - position * kEach) / batch;
        correct += right;
      }
      std::vector<float> all;
      for (const std::vector<float>& part : parts) all.insert(all.end(), part.begin(), part.end());
      double found = 0;
      ENGINE_CHECK(nao_train_parts(e.network, &t, chosen, count, all.data(), static_cast<std::int64_t>(all.size()),
                                   rate, step, &found));
      loss = static_cast<float>(sum);
      norm = static_cast<float>(found);
    }
    r.losses.push_back(loss);
    r.norms.push_back(norm);
    r.correct.push_back(correct);
  }
  r.values = e.read(NAO_VALUE);
  r.momentum = e.read(NAO_MOMENTUM);
  ENGINE_CHECK(nao_network_swap_average(e.network));
  r.gradients = e.read(NAO_VALUE);  // the average
  nao_program_destroy(second);
  return r;
}

inline void equalStepsInParts(const char* device) {
  for (const bool onHost : {false, true}) {
    const Result whole = trainInParts(device, false, onHost), parts = trainInParts(device, true, onHost);
    CHECK(parts.values == whole.values, "%s: values", device);
    CHECK(parts.momentum == whole.momentum, "%s: momentum", device);
    CHECK(parts.gradients == whole.gradients, "%s: average", device);
    CHECK(parts.norms == whole.norms, "%s: norms", device);
    CHECK(parts.correct == whole.correct, "%s: correct", device);
    CHECK(engine::error(parts.losses, whole.losses) <= 1e-6, "%s: losses, added in another order", device);
  }
}

/// Whole batches for both, a smaller one for the second, and none for it.
inline void addProgramsOfSteps(const char* device) {
  addProgramsOfAStep(device, 8, 16);
  addProgramsOfAStep(device, 9, 13);
  addProgramsOfAStep(device, 8, 8);
}

}  // namespace micro_batches
