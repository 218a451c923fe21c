#include "model/image_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <utility>

#include "error.h"
#include "images/crc32c.h"
#include "images/resized_crop.h"

namespace nao::model {
namespace {

[[noreturn]] void fail(const std::string& path, const std::string& why) { throw Error(NAO_FILE, path + ": " + why); }

}  // namespace

ImageFile::ImageFile(Layout layout) : layout_(std::move(layout)) {
  const std::string& path = layout_.path;
  file_ = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file_ < 0) fail(path, text("cannot be read (%s)", std::strerror(errno)));
  struct stat found = {};
  const bool regular = fstat(file_, &found) == 0 && S_ISREG(found.st_mode);
  std::int64_t end = 0;
  for (const std::int64_t offset : layout_.offsets) end = std::max(end, offset + storedBytes());
  if (regular && found.st_size >= end) return;
  close(file_);
  fail(path, regular ? text("has %lld bytes, its images need %lld", static_cast<long long>(found.st_size),
                            static_cast<long long>(end))
                     : "is no file of images");
}

ImageFile::~ImageFile() { close(file_); }

std::int64_t ImageFile::storedBytes() const { return std::int64_t{layout_.channels} * layout_.height * layout_.width; }

std::int64_t ImageFile::imageBytes() const {
  return layout_.crop > 0 ? std::int64_t{layout_.channels} * layout_.crop * layout_.crop : storedBytes();
}

void ImageFile::read(std::int32_t image, std::uint8_t* dst) const {
  if (layout_.crop == 0) {
    readStored(image, dst);
    return;
  }
  std::vector<std::uint8_t> stored(static_cast<std::size_t>(storedBytes()));
  readStored(image, stored.data());
  const images::Image cropped = images::resized(stored.data(), layout_.channels, layout_.height, layout_.width,
                                                images::centralRegion(layout_.height, layout_.width), layout_.crop);
  std::copy(cropped.bytes.begin(), cropped.bytes.end(), dst);
}

void ImageFile::readStored(std::int32_t image, std::uint8_t* dst) const {
  const auto at = static_cast<std::size_t>(image);
  const auto bytes = static_cast<std::size_t>(storedBytes());
  for (std::size_t done = 0; done < bytes;) {
    const ssize_t count =
        pread(file_, dst + done, bytes - done, static_cast<off_t>(layout_.offsets[at] + static_cast<off_t>(done)));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail(layout_.path, text("image %d cannot be read (%s)", image, std::strerror(errno)));
    if (count == 0) fail(layout_.path, text("ends before image %d does; it was made shorter", image));
    done += static_cast<std::size_t>(count);
  }
  if (images::crc32c(dst, bytes) != layout_.checksums[at])
    fail(layout_.path, text("image %d is damaged, its checksum is another one; delete the file", image));
}

void ImageFile::readAhead(const std::int32_t* images, std::int64_t count) const {
  for (std::int64_t i = 0; i < count; ++i)
    posix_fadvise(file_, static_cast<off_t>(layout_.offsets[static_cast<std::size_t>(images[i])]),
                  static_cast<off_t>(storedBytes()), POSIX_FADV_WILLNEED);  // advice: no matter if it is not taken
}

}  // namespace nao::model
