// Images in a file, which are read when steps need them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace nao::model {

class ImageFile {
 public:
  /// What the file holds. Images have channels x height x width bytes.
  struct Layout {
    std::string path;
    std::vector<std::int64_t> offsets;     // [count] first byte of each image
    std::vector<std::uint32_t> checksums;  // [count] CRC-32C of each image
    int channels = 0, height = 0, width = 0;
    int crop = 0;  // above 0: side of the squares of their middles that are made of images
  };
  /// Opens the file, and keeps it open. Throws Error(NAO_FILE) if that cannot be done or it ends before an image does.
  explicit ImageFile(Layout layout);
  ~ImageFile();
  ImageFile(const ImageFile&) = delete;
  ImageFile& operator=(const ImageFile&) = delete;

  /// Bytes of an image as read() makes it.
  std::int64_t imageBytes() const;
  /// Reads an image; for several threads. Throws Error(NAO_FILE) if that cannot be done, for a file that has become
  /// shorter too, and for an image that has not its checksum.
  void read(std::int32_t image, std::uint8_t* dst) const;
  /// Tells the system that `count` images will be read soon, and does not wait for them.
  void readAhead(const std::int32_t* images, std::int64_t count) const;

 private:
  std::int64_t storedBytes() const;
  void readStored(std::int32_t image, std::uint8_t* dst) const;

  Layout layout_;
  int file_ = -1;
};

}  // namespace nao::model
