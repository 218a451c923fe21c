#include "model/image_changes.h"

#include <algorithm>
#include <utility>

#include "images/auto_augment.h"
#include "images/color_jitter.h"
#include "images/each.h"
#include "images/resized_crop.h"

namespace nao::model {
namespace {

/// The steps of a run are made ahead of the device, as many as fit here.
constexpr std::int64_t kMemoryBytes = 64 << 20;
constexpr int kMostSlots = 8, kLeastSlots = 2;

images::ColorJitter jitterOf(const nao_training& training) {
  return {training.jitter_brightness, training.jitter_contrast, training.jitter_saturation, training.jitter_hue};
}

}  // namespace

bool changesOnHost(const nao_training& training) {
  return training.auto_augment != 0 || training.resized_crop != 0 || jitterOf(training).any();
}

ImageChanges::ImageChanges(Device& device, const Dataset& dataset, const nao_training& training, int batch, int height,
                           int width)
    : device_(device),
      dataset_(dataset),
      training_(training),
      batch_(batch),
      height_(height),
      width_(width),
      imageBytes_(static_cast<std::int64_t>(dataset.channels) * height * width) {
  if (!changesOnHost(training)) return;
  const std::int64_t bytes = imageBytes_ * batch;
  slots_ = static_cast<int>(std::clamp<std::int64_t>(kMemoryBytes / bytes, kLeastSlots, kMostSlots));
  pixels_ = dataset.onHost();
  made_.resize(static_cast<std::size_t>(bytes));
  memory_ = device.allocate<std::uint8_t>(bytes * slots_, "augmented images");
}

const std::uint8_t* ImageChanges::make(const std::int32_t* indices, std::int64_t step) {
  const int threads = device_.busId().empty() ? device_.threads() : 0;
  images::forEachImage(batch_, threads, [&](std::int64_t n) {
    change(indices[n], static_cast<std::uint64_t>(step), static_cast<std::uint32_t>(n), made_.data() + n * imageBytes_);
  });
  const auto bytes = static_cast<std::int64_t>(made_.size());
  std::uint8_t* const dst = memory_.get() + next_ * bytes;
  next_ = (next_ + 1) % slots_;
  device_.write(dst, made_.data(), bytes);
  return dst;
}

void ImageChanges::change(std::int32_t index, std::uint64_t step, std::uint32_t position, std::uint8_t* dst) const {
  const Dataset& d = dataset_;
  const std::uint8_t* const src = pixels_ + static_cast<std::int64_t>(index) * d.channels * d.height * d.width;
  images::Image image;
  if (training_.resized_crop != 0) {
    const images::Region region = images::randomRegion(d.height, d.width, training_.seed, step, position);
    image = images::resized(src, d.channels, d.height, d.width, region, height_);
  } else {
    image = images::Image(d.channels, height_, width_);
    std::copy_n(src, image.bytes.size(), image.bytes.begin());
  }
  if (training_.auto_augment != 0) images::autoAugment(image, training_.seed, step, position);
  if (jitterOf(training_).any()) images::jitterColors(image, jitterOf(training_), training_.seed, step, position);
  std::copy(image.bytes.begin(), image.bytes.end(), dst);
}

}  // namespace nao::model
