// Data sets at the C boundary.
#include "model/dataset.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

#include "api/boundary.h"
#include "api/handles.h"
#include "images/each.h"
#include "images/resized_crop.h"

using nao::text;
using namespace nao::api;

namespace {

/// Of images on their way from a file to a device.
constexpr int64_t kPieceBytes = 64 << 20;

template <class T>
nao::model::Memory<T> copied(nao::model::Device& device, const T* src, std::int64_t count, const char* purpose) {
  nao::model::Memory<T> memory = device.allocate<T>(count, purpose);
  device.write(memory.get(), src, count * static_cast<std::int64_t>(sizeof(T)));
  return memory;
}

/// A data set without pixels.
std::unique_ptr<nao_dataset> described(nao_device* device, const int32_t* labels, int64_t count, int32_t channels,
                                       int32_t height, int32_t width, int32_t classes, const float* mean,
                                       const float* deviation) {
  present(device, "device");
  present(labels, "labels");
  present(mean, "mean");
  present(deviation, "deviation");
  NAO_REQUIRE(count >= 1 && count <= INT32_MAX,
              text("%lld images, allowed are 1 to 2,147,483,647", static_cast<long long>(count)));
  for (const int32_t side : {channels, height, width})
    NAO_REQUIRE(side >= 1 && side <= 1 << 15,
                text("images of %d x %d x %d, each must be 1 to 32,768", channels, height, width));
  const int64_t elements = int64_t{channels} * height * width;
  NAO_REQUIRE(elements <= nao::program::kMaximumPlane,
              text("images of %d x %d x %d, each may have at most 67,108,864 elements", channels, height, width));
  NAO_REQUIRE(classes >= 1, text("%d classes, allowed are 1 and more", classes));
  for (int64_t i = 0; i < count; ++i)
    NAO_REQUIRE(labels[i] >= 0 && labels[i] < classes,
                text("label %d of image %lld, allowed are 0 to %d", labels[i], static_cast<long long>(i), classes - 1));
  for (int32_t c = 0; c < channels; ++c) {
    NAO_REQUIRE(std::isfinite(mean[c]),
                text("mean of channel %d is %g, it must be a number", c, static_cast<double>(mean[c])));
    NAO_REQUIRE(deviation[c] > 0 && std::isfinite(deviation[c]),
                text("deviation of channel %d is %g, it must be above 0", c, static_cast<double>(deviation[c])));
  }
  auto made = std::make_unique<nao_dataset>();
  nao::model::Dataset& d = made->dataset;
  d.device = device->device.get();
  d.count = count;
  d.channels = channels;
  d.height = height;
  d.width = width;
  d.classes = classes;
  d.mean = copied(*d.device, mean, channels, "means");
  d.deviation = copied(*d.device, deviation, channels, "deviations");
  d.labels.assign(labels, labels + count);
  return made;
}

/// Copies the images of the file to the device, some at a time.
void readAll(nao::model::Dataset& d) {
  const int64_t bytes = d.imageBytes(), most = std::max<int64_t>(1, kPieceBytes / bytes);
  d.pixels = d.device->allocate<std::uint8_t>(d.count * bytes, "the data set");
  std::vector<std::uint8_t> piece(static_cast<std::size_t>(std::min(most, d.count) * bytes));
  for (int64_t first = 0; first < d.count; first += most) {
    const int64_t count = std::min(most, d.count - first);
    nao::images::forEachImage(
        count, 0, [&](int64_t n) { d.file->read(static_cast<std::int32_t>(first + n), piece.data() + n * bytes); });
    d.device->write(d.pixels.get() + first * bytes, piece.data(), count * bytes);
  }
}

}  // namespace

extern "C" {

nao_status nao_dataset_create(nao_device* device, const uint8_t* images, const int32_t* labels, int64_t count,
                              int32_t channels, int32_t height, int32_t width, int32_t classes, const float* mean,
                              const float* deviation, nao_dataset** dataset) {
  return guarded([&] {
    present(images, "images");
    present(dataset, "dataset");
    auto made = described(device, labels, count, channels, height, width, classes, mean, deviation);
    nao::model::Dataset& d = made->dataset;
    d.pixels = copied(*d.device, images, count * d.imageBytes(), "the data set");
    *dataset = made.release();
  });
}

nao_status nao_dataset_open(nao_device* device, const char* path, const int64_t* offsets, const uint32_t* checksums,
                            const int32_t* labels, int64_t count, int32_t channels, int32_t height, int32_t width,
                            int32_t crop, int32_t classes, const float* mean, const float* deviation,
                            nao_dataset** dataset) {
  return guarded([&] {
    present(path, "path");
    present(offsets, "offsets");
    present(checksums, "checksums");
    present(dataset, "dataset");
    auto made = described(device, labels, count, channels, height, width, classes, mean, deviation);
    nao::model::Dataset& d = made->dataset;
    NAO_REQUIRE(crop >= 0 && crop <= 1 << 15, text("a crop of %d, allowed are 0 to 32,768", crop));
    for (int64_t i = 0; i < count; ++i)
      NAO_REQUIRE(offsets[i] >= 0 && offsets[i] <= INT64_MAX - d.imageBytes(),
                  text("offset %lld of image %lld", static_cast<long long>(offsets[i]), static_cast<long long>(i)));
    d.file = std::make_unique<nao::model::ImageFile>(nao::model::ImageFile::Layout{
        path, {offsets, offsets + count}, {checksums, checksums + count}, channels, height, width, crop});
    if (crop > 0) d.height = d.width = crop;
    if (count * d.imageBytes() <= d.device->roomForImages()) readAll(d);
    *dataset = made.release();
  });
}
void nao_dataset_destroy(nao_dataset* dataset) { delete dataset; }

nao_status nao_crop_images(const uint8_t* images, int64_t count, int32_t channels, int32_t height, int32_t width,
                           int32_t size, uint8_t* cropped) {
  return guarded([&] {
    present(images, "images");
    present(cropped, "cropped");
    NAO_REQUIRE(count >= 1, text("%lld images, at least one is needed", static_cast<long long>(count)));
    for (const int32_t side : {channels, height, width, size})
      NAO_REQUIRE(
          side >= 1 && side <= 1 << 15,
          text("images of %d x %d x %d for a size of %d, each must be 1 to 32,768", channels, height, width, size));
    const nao::images::Region region = nao::images::centralRegion(height, width);
    const int64_t bytes = int64_t{channels} * height * width;
    nao::images::forEachImage(count, 0, [&](int64_t n) {
      const nao::images::Image image = nao::images::resized(images + n * bytes, channels, height, width, region, size);
      std::copy(image.bytes.begin(), image.bytes.end(), cropped + n * static_cast<int64_t>(image.bytes.size()));
    });
  });
}

}  // extern "C"
