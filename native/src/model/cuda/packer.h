// Puts things one after another into a block of memory as the device will see it. Run twice: without a block it counts
// the bytes that are needed, with one it writes them. What it returns are addresses on the device.
#pragma once

#include <cstdint>
#include <cstring>
#include <type_traits>

namespace nao::model {

class Packer {
 public:
  /// host: null to count.
  Packer(char* host, char* device) : host_(host), device_(device) {}

  std::int64_t bytes() const { return used_; }

  template <class T>
  const T* put(const T* src, std::int64_t count) {
    static_assert(std::is_trivially_copyable_v<T>);
    const auto size = static_cast<std::size_t>(count) * sizeof(T);
    char* const at = device_ + used_;
    if (host_ != nullptr && size > 0) std::memcpy(host_ + used_, src, size);
    used_ += (static_cast<std::int64_t>(size) + kAlignment - 1) / kAlignment * kAlignment;
    return reinterpret_cast<const T*>(at);
  }

 private:
  static constexpr std::int64_t kAlignment = 16;

  char* host_;
  char* device_;
  std::int64_t used_ = 0;
};

}  // namespace nao::model
