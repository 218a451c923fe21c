// Networks of one device, each in a thread of its own, compute what they compute one after the other.
#pragma once

#include <thread>
#include <vector>

#include "engine.h"

namespace networks {

struct Result {
  std::vector<double> losses;
  std::vector<float> values;
};

/// Steps a network of its own; `number` makes it another one.
inline Result trained(nao_device* device, const programs::Builder& b, int number, int steps) {
  constexpr int kImages = 8;
  Result result;
  nao_network* network = nullptr;
  nao_program* program = nullptr;
  ENGINE_CHECK(
      nao_network_create(device, b.sizes.data(), b.trainable.data(), static_cast<int>(b.sizes.size()), &network));
  ENGINE_CHECK(nao_program_create(network, b.words.data(), static_cast<std::int64_t>(b.words.size()), &program));
  result.values = engine::Engine::initial(b);
  for (float& value : result.values) value *= 1 + 0.01f * static_cast<float>(number);
  const auto elements = static_cast<std::int64_t>(result.values.size());
  ENGINE_CHECK(nao_network_write(network, NAO_VALUE, -1, result.values.data(), elements));
  const std::size_t image = static_cast<std::size_t>(b.words[2]) * static_cast<std::size_t>(b.words[3]) *
                            static_cast<std::size_t>(b.words[4]);
  const std::vector<float> images = programs::noise(kImages * image, 12);
  const std::vector<std::int32_t> labels = engine::Engine::labels(kImages);
  const nao_training training = programs::training(.6f);
  for (int step = 0; step < steps; ++step) {
    double loss = 0;
    ENGINE_CHECK(nao_step(network, program, images.data(), labels.data(), kImages, &training, NAO_BATCH_STATISTICS,
                          .02f, step, nullptr, &loss, nullptr, nullptr));
    result.losses.push_back(loss);
  }
  ENGINE_CHECK(nao_network_read(network, NAO_VALUE, -1, result.values.data(), elements));
  nao_program_destroy(program);
  nao_network_destroy(network);
  return result;
}

inline void agree(const char* name, int count, int steps) {
  constexpr int kThreads = 4;
  const programs::Builder b = programs::network();
  nao_device* device = nullptr;
  if (nao_device_create(name, kThreads, &device) != NAO_OK) {
    std::printf("%s: %s\n", name, nao_last_error());
    return;
  }
  std::vector<Result> inTurn, together(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) inTurn.push_back(trained(device, b, i, steps));
  std::vector<std::thread> threads;
  for (int i = 0; i < count; ++i)
    threads.emplace_back([&, i] { together[static_cast<std::size_t>(i)] = trained(device, b, i, steps); });
  for (std::thread& thread : threads) thread.join();
  for (std::size_t i = 0; i < inTurn.size(); ++i) {
    CHECK(together[i].losses == inTurn[i].losses, "%s, network %zu: losses", name, i);
    CHECK(together[i].values == inTurn[i].values, "%s, network %zu: values", name, i);
  }
  CHECK(inTurn[0].losses != inTurn[1].losses, "%s: the networks are different", name);
  nao_device_destroy(device);
}

}  // namespace networks
