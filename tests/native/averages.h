// The moving average of a network's tensors over the steps of a run, on a device.
#pragma once

#include <algorithm>
#include <limits>
#include <vector>

#include "engine.h"

namespace averages {

constexpr int kImages = 12, kBatch = 4;

inline std::vector<float> averageOf(const engine::Engine& e) {
  ENGINE_CHECK(nao_network_swap_average(e.network));
  std::vector<float> average = e.read(NAO_VALUE);
  ENGINE_CHECK(nao_network_swap_average(e.network));
  return average;
}

/// Steps [first, first + count) of images that follow from the step's number.
inline nao_status train(const engine::Engine& e, const nao_training& training, int first, int count,
                        float learningRate = 0.05f) {
  std::vector<std::int32_t> indices;
  for (int i = first * kBatch; i < (first + count) * kBatch; ++i) indices.push_back(i * 5 % kImages);
  const std::vector<nao_program*> programs(static_cast<std::size_t>(count), e.program);
  const std::vector<float> rates(static_cast<std::size_t>(count), learningRate);
  return nao_train(e.network, e.dataset, &training, programs.data(), count, kBatch, indices.data(), rates.data(), first,
                   nullptr, nullptr, nullptr, nullptr);
}

/// Values after each step, running statistics too, are averaged as the formula says: a decay of 0.15 counts from the
/// second step on, a larger one later than these steps.
inline void followTheValues(const char* device, float decay) {
  engine::Engine e(device, programs::network());
  e.makeDataset(kImages, programs::kSide);
  nao_training t = programs::training(1);
  t.average_decay = decay;
  CHECK(train(e, t, 0, 1) == NAO_INVALID, "an average that was not begun");
  ENGINE_CHECK(nao_network_begin_average(e.network));
  const std::vector<float> initial = e.read(NAO_VALUE);
  CHECK(averageOf(e) == initial);
  std::vector<double> expected(initial.begin(), initial.end());
  for (int step = 0; step < 3; ++step) {
    ENGINE_CHECK(train(e, t, step, 1));
    const double d = std::min(static_cast<double>(decay), (1.0 + step) / (10.0 + step));
    const std::vector<float> values = e.read(NAO_VALUE), average = averageOf(e);
    for (std::size_t i = 0; i < expected.size(); ++i) {
      expected[i] = d * expected[i] + (1 - d) * static_cast<double>(values[i]);
      CHECK(check::near(average[i], expected[i], 1e-6 * (1 + std::fabs(expected[i]))), "%s element %zu: %g, not %g",
            device, i, static_cast<double>(average[i]), expected[i]);
    }
  }
  const std::vector<float> values = e.read(NAO_VALUE), average = averageOf(e);
  CHECK(values != average);
  ENGINE_CHECK(nao_network_swap_average(e.network));
  CHECK(e.read(NAO_VALUE) == average && averageOf(e) == values);
}

/// What a step trains does not depend on whether an average is kept, and a step that fails leaves it.
inline void changeNothingElse(const char* device) {
  engine::Engine with(device, programs::network()), without(device, programs::network());
  with.makeDataset(kImages, programs::kSide);
  without.makeDataset(kImages, programs::kSide);
  nao_training t = programs::training(0.8f);
  ENGINE_CHECK(train(without, t, 0, 2));
  ENGINE_CHECK(nao_network_begin_average(with.network));
  t.average_decay = 0.9f;
  ENGINE_CHECK(train(with, t, 0, 2));
  CHECK(with.read(NAO_VALUE) == without.read(NAO_VALUE));
  CHECK(with.read(NAO_MOMENTUM) == without.read(NAO_MOMENTUM));
  ENGINE_CHECK(nao_network_begin_average(with.network));
  CHECK(averageOf(with) == with.read(NAO_VALUE), "it begins anew");
  std::vector<float> broken = with.read(NAO_VALUE);
  const std::vector<float> average = broken;
  std::fill(broken.begin(), broken.end(), std::numeric_limits<float>::infinity());
  with.write(broken);
  CHECK(train(with, t, 2, 1) == NAO_NOT_FINITE);
  CHECK(averageOf(with) == average);
}

}  // namespace averages
