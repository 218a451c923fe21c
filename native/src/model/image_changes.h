// What the host changes of a training step's images, for every device: random resized crops, AutoAugment, colour
// jitter. Crops with padding, flips, cutout and mixtures come after it, in the kernel `augment`.
#pragma once

#include <cstdint>

#include "model/dataset.h"
#include "model/device.h"
#include "nao/nao.h"

namespace nao::model {

/// Whether the host changes the images of such a step.
bool changesOnHost(const nao_training& training);

/// The changed images of the steps of a run, in memory of the device.
class ImageChanges {
 public:
  /// height, width: of the images that the steps take. Takes the device's memory where there is something to change.
  ImageChanges(Device& device, const Dataset& dataset, const nao_training& training, int batch, int height, int width);

  /// Steps whose images lie in the device's memory at once; 0: there is nothing to change.
  int slots() const { return slots_; }
  /// Makes the images indices[0 .. batch) of a step, one after another, in place of those of the step that was made
  /// slots() steps before.
  const std::uint8_t* make(const std::int32_t* indices, std::int64_t step);

 private:
  void change(std::int32_t index, std::uint64_t step, std::uint32_t position, std::uint8_t* dst) const;

  Device& device_;
  const Dataset& dataset_;
  const nao_training& training_;
  int batch_, height_, width_;
  std::int64_t imageBytes_;
  int slots_ = 0, next_ = 0;
  const std::uint8_t* pixels_ = nullptr;  // of the data set, on the host
  std::vector<std::uint8_t> made_;        // of one step, on the host
  Memory<std::uint8_t> memory_;
};

}  // namespace nao::model
