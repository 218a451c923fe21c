// Images of a file on CPUs, and files that are not as they were.
#include "model/image_file.h"

#include <unistd.h>

#include "error.h"
#include "stored_images.h"

using namespace stored_images;

namespace {

std::string text(const char* bytes) { return bytes; }

/// Trains with a file that something happened to after it was opened.
template <class Change>
void failsInAStep(const char* words, const Change& change) {
  const Stored images(programs::kSide, programs::kSide);
  const File file(images.content);
  engine::Engine e("cpu", programs::network());
  ENGINE_CHECK(images.open(e.device, file.path, 0, &e.dataset));
  change(file.path);
  const nao_training t = training(false, false, 0);
  const std::vector<std::int32_t> all = indices(kCount);
  const float rate = 0.1f;
  CHECK(nao_train(e.network, e.dataset, &t, &e.program, 1, kCount, all.data(), &rate, 0, nullptr, nullptr, nullptr,
                  nullptr) == NAO_FILE);
  CHECK(text(nao_last_error()).find(words) != std::string::npos, "%s", nao_last_error());
  CHECK(text(nao_last_error()).find(file.path) == 0, "%s", nao_last_error());
  std::int64_t correct = 0;
  CHECK(nao_evaluate(e.network, e.dataset, NAO_BATCH_STATISTICS, &e.program, 1, 4, all.data(), kCount, &correct,
                     nullptr) == NAO_FILE);
}

void cannotBeOpened(const Stored& images, const std::string& path, const char* words) {
  engine::Engine e("cpu", programs::network());
  CHECK(images.open(e.device, path, 0, &e.dataset) == NAO_FILE);
  CHECK(text(nao_last_error()).find(path + ": ") == 0 && text(nao_last_error()).find(words) != std::string::npos, "%s",
        nao_last_error());
}

}  // namespace

TEST(the_checksum_is_the_known_one) {
  const std::string digits = "123456789";  // the check value of CRC-32C's published parameters
  CHECK(nao::images::crc32c(reinterpret_cast<const std::uint8_t*>(digits.data()), digits.size()) == 0xe3069283);
}
TEST(memory_and_file_have_the_same_bits) {
  for (const bool mixes : {false, true})
    for (const bool onHost : {false, true})
      for (const int microBatch : {0, 4}) haveTheSameBits("cpu", opened, mixes, onHost, microBatch);
  haveTheSameBits("cpu:ref", opened, true, false, 0);
  haveTheSameUnrolledBits("cpu", opened);
}
TEST(squares_of_middles_are_the_same) { areCroppedAlike("cpu", opened); }
TEST(threads_change_nothing) {
  const Stored images(programs::kSide, programs::kSide);
  const File file(images.content);
  std::vector<float> logits[2];
  for (const int threads : {1, 3}) {
    nao_device* device = nullptr;
    nao_dataset* dataset = nullptr;
    ENGINE_CHECK(nao_device_create("cpu", threads, &device));
    ENGINE_CHECK(images.open(device, file.path, 0, &dataset));
    engine::Engine e("cpu", programs::network());
    std::swap(e.dataset, dataset);
    logits[threads / 2] = trained(e, training(true, true, 4));
    nao_dataset_destroy(e.dataset);
    e.dataset = nullptr;
    nao_device_destroy(device);
  }
  CHECK(logits[0] == logits[1]);
}
TEST(a_file_must_be_there_and_long_enough) {
  const Stored images(programs::kSide, programs::kSide);
  const File whole(images.content);
  cannotBeOpened(images, whole.path + ".not", "cannot be read (No such file or directory)");
  cannotBeOpened(images, "/tmp", "is no file of images");
  const File shorter(images.content);
  CHECK(truncate(shorter.path.c_str(), static_cast<off_t>(images.content.size()) - 1) == 0);
  cannotBeOpened(images, shorter.path, "its images need 4069");
}
TEST(a_file_that_becomes_shorter_is_found_in_the_step) {
  failsInAStep("it was made shorter", [](const std::string& path) { CHECK(truncate(path.c_str(), 1000) == 0); });
}
TEST(a_changed_byte_is_found_in_the_step) {
  failsInAStep("is damaged", [](const std::string& path) {
    std::FILE* const file = std::fopen(path.c_str(), "r+b");
    std::fseek(file, 2000, SEEK_SET);
    const int byte = std::fgetc(file);
    std::fseek(file, 2000, SEEK_SET);
    std::fputc(byte ^ 4, file);
    std::fclose(file);
  });
}
TEST(what_the_boundary_refuses) {
  Stored images(programs::kSide, programs::kSide);
  const File file(images.content);
  engine::Engine e("cpu", programs::network());
  CHECK(images.open(e.device, file.path, -1, &e.dataset) == NAO_INVALID);
  CHECK(images.open(nullptr, file.path, 0, &e.dataset) == NAO_INVALID);
  CHECK(images.open(e.device, file.path, 0, nullptr) == NAO_INVALID);
  for (const std::int64_t offset : {std::int64_t{-1}, INT64_MAX}) {
    images.offsets[3] = offset;
    CHECK(images.open(e.device, file.path, 0, &e.dataset) == NAO_INVALID);
    CHECK(text(nao_last_error()).find("of image 3") != std::string::npos, "%s", nao_last_error());
  }
  CHECK(nao_dataset_open(e.device, nullptr, images.offsets.data(), images.checksums.data(), images.labels.data(),
                         kCount, 3, 8, 8, 0, programs::kClasses, images.mean, images.deviation,
                         &e.dataset) == NAO_INVALID);
}
TEST(offsets_may_be_past_two_and_four_gigabytes) {
  const std::vector<std::uint8_t> image(48, 77);
  const File file({1});
  const std::int64_t far = (std::int64_t{1} << 33) + 5;
  CHECK(truncate(file.path.c_str(), far) == 0);
  std::FILE* const end = std::fopen(file.path.c_str(), "ab");
  CHECK(std::fwrite(image.data(), 1, image.size(), end) == image.size());
  std::fclose(end);
  const nao::model::ImageFile images({file.path, {far}, {nao::images::crc32c(image.data(), image.size())}, 3, 4, 4, 0});
  std::vector<std::uint8_t> read(image.size());
  images.read(0, read.data());
  CHECK(read == image);
}

NAO_TEST_MAIN
