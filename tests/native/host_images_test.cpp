// Images that the host makes for steps: changed ones, and those of a file.
#include "model/host_images.h"

#include <string>
#include <vector>

#include "engine.h"
#include "images/auto_augment.h"
#include "images/color_jitter.h"
#include "images/resized_crop.h"

using namespace nao;

namespace {

constexpr int kCount = 6, kChannels = 3, kHeight = 10, kWidth = 12, kBatch = 5;

struct Fixture {
  std::unique_ptr<model::Device> device;
  model::Dataset images;
  std::vector<std::uint8_t> pixels;

  explicit Fixture(int threads) : device(model::openDevice("cpu", threads)) {
    for (int i = 0; i < kCount * kChannels * kHeight * kWidth; ++i)
      pixels.push_back(static_cast<std::uint8_t>(i * i % 251));
    images.device = device.get();
    images.count = kCount;
    images.channels = kChannels;
    images.height = kHeight;
    images.width = kWidth;
    images.pixels = device->allocate<std::uint8_t>(static_cast<std::int64_t>(pixels.size()), "pixels");
    device->write(images.pixels.get(), pixels.data(), static_cast<std::int64_t>(pixels.size()));
  }
  std::vector<std::uint8_t> make(const nao_training& training, int height, int width, std::int64_t step) {
    const std::int32_t indices[] = {5, 0, 3, 3, 1};
    model::HostImages changes(*device, images, &training, kBatch, height, width);
    const std::uint8_t* const made = changes.make(indices, kBatch, step);
    return std::vector<std::uint8_t>(made, made + kBatch * kChannels * height * width);
  }
};

}  // namespace

TEST(each_change_in_its_order) {
  Fixture f(1);
  nao_training t = {};
  t.seed = 9;
  CHECK(!model::changesOnHost(t));
  t.resized_crop = 1;
  t.auto_augment = 1;
  t.jitter_brightness = 0.3f;
  CHECK(model::changesOnHost(t));
  const std::vector<std::uint8_t> made = f.make(t, 8, 8, 4);
  const int indices[] = {5, 0, 3, 3, 1};
  std::vector<std::uint8_t> expected;
  for (std::uint32_t n = 0; n < kBatch; ++n) {
    images::Image image = images::resized(f.pixels.data() + indices[n] * kChannels * kHeight * kWidth, kChannels,
                                          kHeight, kWidth, images::randomRegion(kHeight, kWidth, 9, 4, n), 8);
    images::autoAugment(image, 9, 4, n);
    images::jitterColors(image, {0.3f, 0, 0, 0}, 9, 4, n);
    expected.insert(expected.end(), image.bytes.begin(), image.bytes.end());
  }
  CHECK(made == expected);
}

TEST(threads_change_nothing) {
  nao_training t = {};
  t.seed = 3;
  t.auto_augment = 1;
  const auto one = Fixture(1).make(t, kHeight, kWidth, 7);
  CHECK(one == Fixture(3).make(t, kHeight, kWidth, 7));
  CHECK(one != Fixture(1).make(t, kHeight, kWidth, 8));
}

TEST(a_step_does_not_overwrite_the_one_before) {
  Fixture f(1);
  nao_training t = {};
  t.auto_augment = 1;
  model::HostImages changes(*f.device, f.images, &t, kBatch, kHeight, kWidth);
  CHECK(changes.slots() >= 2);
  const std::int32_t indices[] = {0, 1, 2, 3, 4};
  const std::uint8_t* const first = changes.make(indices, kBatch, 0);
  const std::vector<std::uint8_t> before(first, first + kBatch * kChannels * kHeight * kWidth);
  CHECK(changes.make(indices, kBatch, 1) != first);
  CHECK(std::equal(before.begin(), before.end(), first));
  CHECK(model::HostImages(*f.device, f.images, nullptr, kBatch, kHeight, kWidth).slots() == 0);
}

TEST(what_the_boundary_refuses) {
  engine::Engine e("cpu", programs::network());
  e.makeDataset(4, 16);  // the program takes 8 x 8
  nao_training t = programs::training(1);
  const std::int32_t indices[] = {0, 1, 2, 3};
  const float rate = 0.1f;
  const auto train = [&] {
    return nao_train(e.network, e.dataset, &t, &e.program, 1, 4, indices, &rate, 0, nullptr, nullptr, nullptr, nullptr);
  };
  CHECK(train() == NAO_INVALID);
  t.resized_crop = 1;
  ENGINE_CHECK(train());
  std::vector<std::uint8_t> images(2 * 3 * 16 * 12, 77), cropped(2 * 3 * 8 * 8);
  ENGINE_CHECK(nao_crop_images(images.data(), 2, 3, 16, 12, 8, cropped.data()));
  for (const std::uint8_t byte : cropped) CHECK(byte == 77);
  CHECK(nao_crop_images(nullptr, 2, 3, 16, 12, 8, cropped.data()) == NAO_INVALID);
  CHECK(nao_crop_images(images.data(), 0, 3, 16, 12, 8, cropped.data()) == NAO_INVALID);
  CHECK(nao_crop_images(images.data(), 2, 3, 16, 12, 0, cropped.data()) == NAO_INVALID);
}

NAO_TEST_MAIN
