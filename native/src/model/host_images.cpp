#include "model/host_images.h"

#include <algorithm>

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

HostImages::HostImages(Device& device, const Dataset& dataset, const nao_training* training, int batch, int height,
                       int width)
    : device_(device),
      dataset_(dataset),
      training_(training != nullptr && changesOnHost(*training) ? training : nullptr),
      batch_(batch),
      height_(height),
      width_(width),
      imageBytes_(static_cast<std::int64_t>(dataset.channels) * height * width) {
  if (training_ == nullptr && dataset.pixels != nullptr) return;
  const std::int64_t bytes = imageBytes_ * batch;
  slots_ = static_cast<int>(std::clamp<std::int64_t>(kMemoryBytes / bytes, kLeastSlots, kMostSlots));
  if (dataset.file == nullptr) pixels_ = dataset.onHost();
  if (!device.busId().empty()) made_.resize(static_cast<std::size_t>(bytes));
  memory_ = device.allocate<std::uint8_t>(bytes * slots_, "the images of some steps");
}

const std::uint8_t* HostImages::make(const std::int32_t* indices, int count, std::int64_t step) {
  const bool onHost = made_.empty();
  std::uint8_t* const dst = memory_.get() + next_ * imageBytes_ * batch_;
  std::uint8_t* const host = onHost ? dst : made_.data();
  images::forEachImage(count, onHost ? device_.threads() : 0, [&](std::int64_t n) {
    make(indices[n], static_cast<std::uint64_t>(step), static_cast<std::uint32_t>(n), host + n * imageBytes_);
  });
  next_ = (next_ + 1) % slots_;
  if (!onHost) device_.write(dst, host, count * imageBytes_);
  return dst;
}

void HostImages::announce(const std::int32_t* indices, int count) const {
  if (slots_ > 0 && dataset_.file != nullptr) dataset_.file->readAhead(indices, count);
}

void HostImages::make(std::int32_t index, std::uint64_t step, std::uint32_t position, std::uint8_t* dst) const {
  if (pixels_ != nullptr) {
    change(pixels_ + index * dataset_.imageBytes(), step, position, dst);
  } else if (training_ == nullptr) {
    dataset_.file->read(index, dst);
  } else {
    std::vector<std::uint8_t> image(static_cast<std::size_t>(dataset_.imageBytes()));
    dataset_.file->read(index, image.data());
    change(image.data(), step, position, dst);
  }
}

void HostImages::change(const std::uint8_t* src, std::uint64_t step, std::uint32_t position, std::uint8_t* dst) const {
  const Dataset& d = dataset_;
  const nao_training& training = *training_;
  images::Image image;
  if (training.resized_crop != 0) {
    const images::Region region = images::randomRegion(d.height, d.width, training.seed, step, position);
    image = images::resized(src, d.channels, d.height, d.width, region, height_);
  } else {
    image = images::Image(d.channels, height_, width_);
    std::copy_n(src, image.bytes.size(), image.bytes.begin());
  }
  if (training.auto_augment != 0) images::autoAugment(image, training.seed, step, position);
  if (jitterOf(training).any()) images::jitterColors(image, jitterOf(training), training.seed, step, position);
  std::copy(image.bytes.begin(), image.bytes.end(), dst);
}

}  // namespace nao::model
