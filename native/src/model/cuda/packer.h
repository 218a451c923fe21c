// Puts things one after another into a block of memory as the device will see it, and counts the bytes that are needed.
// What has no room is only counted: then a larger block is filled anew. What it returns are addresses on the device.
#pragma once

#include <cstdint>
#include <cstring>
#include <type_traits>

namespace nao::model {

class Packer {
 public:
  /// room: bytes of the block on both sides; begin: of them that something else has taken.
  Packer(char* host, char* device, std::int64_t room, std::int64_t begin = 0)
      : host_(host), device_(device), room_(room), used_(begin) {}

  /// With those before the beginning.
  std::int64_t bytes() const { return used_; }
  bool fitted() const { return used_ <= room_; }

  template <class T>
  const T* put(const T* src, std::int64_t count) {
    static_assert(std::is_trivially_copyable_v<T>);
    const auto size = static_cast<std::size_t>(count) * sizeof(T);
    const std::int64_t at = used_;
    used_ += (static_cast<std::int64_t>(size) + kAlignment - 1) / kAlignment * kAlignment;
    if (fitted() && size > 0) std::memcpy(host_ + at, src, size);
    return reinterpret_cast<const T*>(device_ + at);
  }

 private:
  static constexpr std::int64_t kAlignment = 16;

  char* host_;
  char* device_;
  std::int64_t room_;
  std::int64_t used_;
};

}  // namespace nao::model
