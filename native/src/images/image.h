// An image of bytes in the host's memory, as augmentation changes it. What is computed here is computed on the host for
// every device, so that all train on the same images.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace nao::images {

/// Planes [channels][height][width]; 1 channel is grey, 3 are red, green and blue.
struct Image {
  int channels = 0, height = 0, width = 0;
  std::vector<std::uint8_t> bytes;

  Image() = default;
  Image(int channels_, int height_, int width_)
      : channels(channels_),
        height(height_),
        width(width_),
        bytes(static_cast<std::size_t>(channels_) * static_cast<std::size_t>(height_) *
              static_cast<std::size_t>(width_)) {}

  std::size_t pixels() const { return static_cast<std::size_t>(height) * static_cast<std::size_t>(width); }
  std::uint8_t* plane(int channel) { return bytes.data() + static_cast<std::size_t>(channel) * pixels(); }
  const std::uint8_t* plane(int channel) const { return bytes.data() + static_cast<std::size_t>(channel) * pixels(); }
};

/// The nearest byte.
inline std::uint8_t byteOf(float value) { return static_cast<std::uint8_t>(std::clamp(value + 0.5f, 0.0f, 255.0f)); }

}  // namespace nao::images
