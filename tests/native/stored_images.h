// Images of a file on a device: every step has the bits that it has with the same images in memory.
#pragma once

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "engine.h"
#include "images/crc32c.h"

namespace stored_images {

constexpr int kCount = 21, kBatch = 9, kSteps = 10, kStart = 37;

/// A file that is deleted with this.
class File {
 public:
  explicit File(const std::vector<std::uint8_t>& content) {
    const char* const folder = std::getenv("TMPDIR");
    path = std::string(folder == nullptr ? "/tmp" : folder) + "/nao_images_XXXXXX";
    const int file = mkstemp(path.data());
    CHECK(file >= 0 && write(file, content.data(), content.size()) == static_cast<ssize_t>(content.size()));
    close(file);
  }
  ~File() { std::remove(path.c_str()); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  std::string path;
};

/// Images, and a file of them in which they lie in another order, the last one first.
struct Stored {
  explicit Stored(int height_, int width_, int count = kCount) : height(height_), width(width_) {
    const auto bytes = static_cast<std::size_t>(programs::kChannels * height * width);
    for (const float value : programs::noise(bytes * static_cast<std::size_t>(count), 12))
      pixels.push_back(static_cast<std::uint8_t>((value + 1) * 127.5f));
    content.resize(kStart + pixels.size());
    for (int i = 0; i < count; ++i) {
      const std::size_t offset = kStart + bytes * static_cast<std::size_t>(count - 1 - i);
      const std::uint8_t* const image = pixels.data() + bytes * static_cast<std::size_t>(i);
      offsets.push_back(static_cast<std::int64_t>(offset));
      checksums.push_back(nao::images::crc32c(image, bytes));
      std::copy_n(image, bytes, content.data() + offset);
    }
    labels = engine::Engine::labels(count);
  }

  nao_status create(nao_device* device, nao_dataset** dataset) const {
    return nao_dataset_create(device, pixels.data(), labels.data(), count(), programs::kChannels, height, width,
                              programs::kClasses, mean, deviation, dataset);
  }
  nao_status open(nao_device* device, const std::string& path, int crop, nao_dataset** dataset) const {
    return nao_dataset_open(device, path.c_str(), offsets.data(), checksums.data(), labels.data(), count(),
                            programs::kChannels, height, width, crop, programs::kClasses, mean, deviation, dataset);
  }
  std::int64_t count() const { return static_cast<std::int64_t>(labels.size()); }

  int height, width;
  std::vector<std::uint8_t> pixels, content;
  std::vector<std::int64_t> offsets;
  std::vector<std::uint32_t> checksums;
  std::vector<std::int32_t> labels;
  const float mean[3] = {0.4f, 0.5f, 0.6f}, deviation[3] = {0.2f, 0.25f, 0.3f};
};

inline std::vector<std::int32_t> indices(int count) {
  std::vector<std::int32_t> indices;
  for (int i = 0; i < count; ++i) indices.push_back(i * 8 % kCount);
  return indices;
}

/// Weights after some steps.
inline std::vector<float> trained(engine::Engine& e, const nao_training& t) {
  const std::vector<nao_program*> programs(kSteps, e.program);
  const std::vector<float> rates(kSteps, 0.1f);
  std::vector<float> losses(kSteps);
  ENGINE_CHECK(nao_train(e.network, e.dataset, &t, programs.data(), kSteps, kBatch, indices(kSteps * kBatch).data(),
                         rates.data(), 3, losses.data(), nullptr, nullptr, nullptr));
  std::vector<float> all = e.read(NAO_VALUE);
  all.insert(all.end(), losses.begin(), losses.end());
  return all;
}

/// Losses of two programs.
inline std::vector<double> evaluated(engine::Engine& e) {
  nao_program* const both[] = {e.program, e.program};
  std::int64_t correct[2];
  std::vector<double> losses(2);
  ENGINE_CHECK(nao_evaluate(e.network, e.dataset, NAO_BATCH_STATISTICS, both, 2, 4, indices(kCount).data(), kCount,
                            correct, losses.data()));
  losses.push_back(static_cast<double>(correct[0]));
  return losses;
}

inline nao_training training(bool mixes, bool onHost, int microBatch) {
  nao_training t = programs::training(0.7f);
  t.total_steps = kSteps;
  t.crop_padding = 2;
  t.flip = 1;
  t.micro_batch = microBatch;
  if (mixes) t.mixup_alpha = 0.5f;
  if (onHost) t.auto_augment = t.resized_crop = 1;
  return t;
}

/// Opens the data set of a file.
inline nao_dataset* opened(const Stored& images, nao_device* device, const File& file, int crop) {
  nao_dataset* dataset = nullptr;
  ENGINE_CHECK(images.open(device, file.path, crop, &dataset));
  return dataset;
}

/// A training in more steps than have their images on a device at once, and an evaluation, with the images in memory
/// and in a file.
template <class Open>
void haveTheSameBits(const char* device, const Open& open, bool mixes, bool onHost, int microBatch) {
  const Stored images(programs::kSide, programs::kSide);
  const File file(images.content);
  const nao_training t = training(mixes, onHost, microBatch);
  std::vector<float> weights[2];
  std::vector<double> losses[2];
  for (const bool stored : {false, true}) {
    engine::Engine e(device, programs::network());
    if (stored) e.dataset = open(images, e.device, file, 0);
    if (!stored) ENGINE_CHECK(images.create(e.device, &e.dataset));
    weights[stored] = trained(e, t);
    losses[stored] = evaluated(e);
  }
  CHECK(weights[0] == weights[1], "%s, mixed %d, changed %d, batches of %d", device, mixes, onHost, microBatch);
  CHECK(losses[0] == losses[1], "%s", device);
}

/// The same of an unrolled step.
template <class Open>
void haveTheSameUnrolledBits(const char* device, const Open& open) {
  const Stored images(programs::kSide, programs::kSide);
  const File file(images.content);
  std::vector<float> gradients[2];
  for (const bool stored : {false, true}) {
    engine::Engine e(device, programs::mixedNetwork());
    if (stored) e.dataset = open(images, e.device, file, 0);
    if (!stored) ENGINE_CHECK(images.create(e.device, &e.dataset));
    nao_training t = training(false, false, 0);
    t.drop_path_keep = 1;
    ENGINE_CHECK(
        nao_unroll(e.network, e.program, e.dataset, &t, indices(5).data(), 5, &t, indices(12).data() + 5, 7, 0.05f, 0));
    gradients[stored] = e.read(NAO_GRADIENT);
  }
  CHECK(gradients[0] == gradients[1], "%s: unrolled", device);
}

/// Squares of their middles are those of nao_crop_images.
template <class Open>
void areCroppedAlike(const char* device, const Open& open) {
  const Stored images(13, 15);
  const File file(images.content);
  Stored cropped(programs::kSide, programs::kSide);
  ENGINE_CHECK(nao_crop_images(images.pixels.data(), kCount, programs::kChannels, images.height, images.width,
                               programs::kSide, cropped.pixels.data()));
  std::vector<double> losses[2];
  for (const bool stored : {false, true}) {
    engine::Engine e(device, programs::network());
    if (stored) e.dataset = open(images, e.device, file, programs::kSide);
    if (!stored) ENGINE_CHECK(cropped.create(e.device, &e.dataset));
    losses[stored] = evaluated(e);
  }
  CHECK(losses[0] == losses[1], "%s", device);
}

}  // namespace stored_images
