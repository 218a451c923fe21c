// Images, resident on a device or in a file, and their labels.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "model/device.h"
#include "model/image_file.h"

namespace nao::model {

struct Dataset {
  Device* device = nullptr;
  std::int64_t count = 0;
  int channels = 0, height = 0, width = 0, classes = 0;
  Memory<std::uint8_t> pixels;       // [count][channels][height][width]; null: steps have theirs from the file
  std::unique_ptr<ImageFile> file;   // of images that are in one
  Memory<float> mean, deviation;     // [channels]
  std::vector<std::int32_t> labels;  // on the host, gathered there for every step

  std::int64_t imageBytes() const { return std::int64_t{channels} * height * width; }

  /// The pixels in memory of the host; of a GPU's data set a copy, made when it is first asked for.
  const std::uint8_t* onHost() const {
    if (device->busId().empty()) return pixels.get();
    std::call_once(copied_, [&] {
      copy_.resize(static_cast<std::size_t>(count * imageBytes()));
      device->read(copy_.data(), pixels.get(), static_cast<std::int64_t>(copy_.size()));
    });
    return copy_.data();
  }

 private:
  mutable std::once_flag copied_;
  mutable std::vector<std::uint8_t> copy_;
};

}  // namespace nao::model
