// A network on a device through the C API, for tests that run the same on several devices.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "check.h"
#include "nao/nao.h"
#include "programs.h"

namespace engine {

#define ENGINE_CHECK(call) CHECK((call) == NAO_OK, "%s", nao_last_error())

class Engine {
 public:
  Engine(const char* name, const programs::Builder& b, nao_precision precision = NAO_FP32)
      : image_(b.words[2] * b.words[3] * b.words[4]) {
    for (const std::int64_t size : b.sizes) elements_ += static_cast<std::size_t>(size);
    ENGINE_CHECK(nao_device_create(name, 1, &device));
    ENGINE_CHECK(
        nao_network_create(device, b.sizes.data(), b.trainable.data(), static_cast<int>(b.sizes.size()), &network));
    if (precision != NAO_FP32) ENGINE_CHECK(nao_network_set_precision(network, precision));
    ENGINE_CHECK(nao_program_create(network, b.words.data(), static_cast<std::int64_t>(b.words.size()), &program));
    write(initial(b));
  }
  ~Engine() {
    nao_dataset_destroy(dataset);
    nao_program_destroy(program);
    nao_network_destroy(network);
    nao_device_destroy(device);
  }
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  /// Noise; buffers, which are running statistics, are positive.
  static std::vector<float> initial(const programs::Builder& b) {
    std::size_t elements = 0;
    for (const std::int64_t size : b.sizes) elements += static_cast<std::size_t>(size);
    std::vector<float> values = programs::noise(elements, 11);
    std::size_t at = 0;
    for (std::size_t i = 0; i < b.sizes.size(); ++i)
      for (const std::size_t end = at + static_cast<std::size_t>(b.sizes[i]); at < end; ++at)
        if (b.trainable[i] == 0) values[at] = std::fabs(values[at]) + 0.1f;
    return values;
  }

  void write(const std::vector<float>& values) const {
    ENGINE_CHECK(nao_network_write(network, NAO_VALUE, -1, values.data(), static_cast<std::int64_t>(elements_)));
  }
  std::vector<float> read(nao_array array) const {
    std::vector<float> values(elements_);
    ENGINE_CHECK(nao_network_read(network, array, -1, values.data(), static_cast<std::int64_t>(elements_)));
    return values;
  }

  std::vector<float> images(int count) const {
    return programs::noise(static_cast<std::size_t>(count) * static_cast<std::size_t>(image_), 12);
  }
  static std::vector<std::int32_t> labels(int count) {
    std::vector<std::int32_t> labels;
    for (int n = 0; n < count; ++n) labels.push_back((n * 3 + 1) % programs::kClasses);
    return labels;
  }

  /// Puts `count` random images on the device, as large as the program takes them or not.
  void makeDataset(int count, int side) {
    const auto values = static_cast<std::size_t>(count) * static_cast<std::size_t>(programs::kChannels * side * side);
    std::vector<std::uint8_t> pixels;
    for (const float value : programs::noise(values, 12))
      pixels.push_back(static_cast<std::uint8_t>((value + 1) * 127.5f));
    const float mean[] = {0.4f, 0.5f, 0.6f}, deviation[] = {0.2f, 0.25f, 0.3f};
    ENGINE_CHECK(nao_dataset_create(device, pixels.data(), labels(count).data(), count, programs::kChannels, side, side,
                                    programs::kClasses, mean, deviation, &dataset));
  }

  nao_device* device = nullptr;
  nao_network* network = nullptr;
  nao_program* program = nullptr;
  nao_dataset* dataset = nullptr;

 private:
  const int image_;  // numbers an image
  std::size_t elements_ = 0;
};

inline double error(const std::vector<float>& actual, const std::vector<float>& expected) {
  return check::relativeError(actual.data(), expected.data(), expected.size());
}

}  // namespace engine
