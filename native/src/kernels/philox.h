// Philox4x32-10, the counter-based random numbers of Salmon et al., "Parallel Random Numbers: As Easy as 1, 2, 3"
// (2011). Stateless: the same (seed, step, sample, site) gives the same four words on every device, and a resumed run
// goes on exactly.
#pragma once

#include <cstdint>

namespace nao::kernels {

struct PhiloxWords {
  std::uint32_t word[4];
};

/// What a draw is for; part of the counter, so that no two uses share numbers. Programs' own sites are added to
/// kSiteProgram.
enum : std::uint32_t {
  kSiteCrop = 0,
  kSiteCutout = 1,
  kSiteMixup = 2,
  kSiteResizedCrop = 3,
  kSitePolicy = 4,
  kSiteJitter = 5,
  kSiteJitterOrder = 6,
  kSiteProgram = 16
};

constexpr PhiloxWords philox(std::uint64_t seed, std::uint64_t step, std::uint32_t sample, std::uint32_t site) {
  std::uint32_t c0 = static_cast<std::uint32_t>(step), c1 = static_cast<std::uint32_t>(step >> 32), c2 = sample,
                c3 = site;
  std::uint32_t k0 = static_cast<std::uint32_t>(seed), k1 = static_cast<std::uint32_t>(seed >> 32);
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t p0 = static_cast<std::uint64_t>(0xD2511F53u) * c0;
    const std::uint64_t p1 = static_cast<std::uint64_t>(0xCD9E8D57u) * c2;
    c0 = static_cast<std::uint32_t>(p1 >> 32) ^ c1 ^ k0;
    c1 = static_cast<std::uint32_t>(p1);
    c2 = static_cast<std::uint32_t>(p0 >> 32) ^ c3 ^ k1;
    c3 = static_cast<std::uint32_t>(p0);
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  return {{c0, c1, c2, c3}};
}

/// Uniform in [0, 1) with 24 bits.
constexpr float uniform(std::uint32_t word) { return static_cast<float>(word >> 8) * 0x1p-24f; }

/// Uniform integer in [0, bound), by multiplication (bias below bound / 2^32).
constexpr int below(std::uint32_t word, int bound) {
  return static_cast<int>((static_cast<std::uint64_t>(word) * static_cast<std::uint64_t>(bound)) >> 32);
}

}  // namespace nao::kernels
