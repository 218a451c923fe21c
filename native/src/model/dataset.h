// Images, resident on a device, and their labels.
#pragma once

#include <cstdint>
#include <vector>

#include "model/device.h"

namespace nao::model {

struct Dataset {
  Device* device = nullptr;
  std::int64_t count = 0;
  int channels = 0, height = 0, width = 0, classes = 0;
  Memory<std::uint8_t> pixels;       // [count][channels][height][width]
  Memory<float> mean, deviation;     // [channels]
  std::vector<std::int32_t> labels;  // on the host, gathered there for every step
};

}  // namespace nao::model
