// Images and labels, resident on the device.
#pragma once

#include <cstdint>
#include <vector>

namespace nao::model {

struct Dataset {
  std::vector<std::uint8_t> pixels;  // [count][channels][height][width]
  std::vector<std::int32_t> labels;
  std::int64_t count = 0;
  int channels = 0, height = 0, width = 0, classes = 0;
  std::vector<float> mean, deviation;
};

}  // namespace nao::model
