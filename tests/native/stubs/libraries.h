/* What the stand-ins of NVIDIA's libraries share. They compute on the CPU, on which the emulated device's memory lies.
 * They look closely at what they are asked for: a call that the real library would refuse is refused. That shows that
 * the engine calls them as meant, and nothing about the real ones. */
#pragma once

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <initializer_list>

#define NAO_STUB extern "C" __attribute__((visibility("default")))

namespace stub {

/// Why the last call was refused: seen in a test's output.
inline int refused(const char* function, const char* why) {
  std::fprintf(stderr, "stand-in: %s: %s\n", function, why);
  return 1;
}
inline bool asked(const char* fault) {
  const char* const wanted = std::getenv("NAO_TEST_LIBRARY_FAULT");
  return wanted != nullptr && std::strcmp(wanted, fault) == 0;
}

inline float read(const void* data, std::int64_t at, bool bf16) {
  if (!bf16) return static_cast<const float*>(data)[at];
  const std::uint32_t bits = static_cast<std::uint32_t>(static_cast<const std::uint16_t*>(data)[at]) << 16;
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}
inline void write(void* data, std::int64_t at, bool bf16, float value) {
  if (!bf16) {
    static_cast<float*>(data)[at] = value;
    return;
  }
  std::uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  static_cast<std::uint16_t*>(data)[at] = static_cast<std::uint16_t>((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}
/// dst = alpha * value + beta * dst; dst is not read where beta is 0.
inline void leave(void* data, std::int64_t at, bool bf16, float alpha, double value, float beta) {
  const float before = beta == 0 ? 0 : beta * read(data, at, bf16);
  write(data, at, bf16, alpha * static_cast<float>(value) + before);
}

}  // namespace stub
