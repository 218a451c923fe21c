// CRC-32C (Castagnoli), the checksum of images in files; what java.util.zip.CRC32C computes.
#pragma once

#include <nmmintrin.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace nao::images {

/// Every processor with AVX2, which the engine needs, has the instruction.
__attribute__((target("sse4.2"))) inline std::uint32_t crc32c(const std::uint8_t* bytes, std::size_t count) {
  std::uint64_t crc = 0xffffffff;
  for (; count >= sizeof(std::uint64_t); count -= sizeof(std::uint64_t), bytes += sizeof(std::uint64_t)) {
    std::uint64_t word;
    std::memcpy(&word, bytes, sizeof word);
    crc = _mm_crc32_u64(crc, word);
  }
  auto last = static_cast<std::uint32_t>(crc);
  for (; count > 0; --count, ++bytes) last = _mm_crc32_u8(last, *bytes);
  return ~last;
}

}  // namespace nao::images
