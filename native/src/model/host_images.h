// What the host makes of the images of steps, for every device: it reads those of a file, and changes those of training
// steps by random resized crops, AutoAugment and colour jitter. Crops with padding, flips, cutout and mixtures come
// after it, in the kernel `augment`.
#pragma once

#include <cstdint>
#include <vector>

#include "model/dataset.h"
#include "model/device.h"
#include "nao/nao.h"

namespace nao::model {

/// Whether the host changes the images of such a step.
bool changesOnHost(const nao_training& training);

/// The images of the steps of a run, in memory of the device.
class HostImages {
 public:
  /// For training steps, of images of height x width as the steps take them; training null: for evaluations, which take
  /// images as they are. batch: of images that a step has at most. Takes the device's memory where there is something
  /// to make.
  HostImages(Device& device, const Dataset& dataset, const nao_training* training, int batch, int height, int width);

  /// Steps whose images lie in the device's memory at once; 0: there is nothing to make, the device has the images.
  int slots() const { return slots_; }
  /// Makes the images indices[0 .. count) of a step, one after another, in place of those of the step that was made
  /// slots() steps before.
  const std::uint8_t* make(const std::int32_t* indices, int count, std::int64_t step);
  /// Tells that a later step has such images.
  void announce(const std::int32_t* indices, int count) const;

 private:
  void make(std::int32_t index, std::uint64_t step, std::uint32_t position, std::uint8_t* dst) const;
  void change(const std::uint8_t* src, std::uint64_t step, std::uint32_t position, std::uint8_t* dst) const;

  Device& device_;
  const Dataset& dataset_;
  const nao_training* const training_;  // null: nothing is changed
  int batch_, height_, width_;
  std::int64_t imageBytes_;
  int slots_ = 0, next_ = 0;
  const std::uint8_t* pixels_ = nullptr;  // of the data set, on the host; null: they are in its file
  std::vector<std::uint8_t> made_;        // of one step, on the host where that is not the device
  Memory<std::uint8_t> memory_;
};

}  // namespace nao::model
