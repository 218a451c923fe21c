// Exchanges within a warp. All lanes of `mask` must exist and arrive with the same mask at the same line, and a lane
// may only read lanes of the mask.
#pragma once

#include <cstdint>
#include <cstring>

#include "keywords.h"
#include "site.h"

namespace nao::cuda::emulation {

enum class Shuffle { kIndex, kUp, kDown, kXor };

std::uint64_t shuffle(Shuffle kind, unsigned mask, std::uint64_t value, int argument, int width, Site site);
unsigned ballot(unsigned mask, bool predicate, Site site);

template <class T>
T shuffled(Shuffle kind, unsigned mask, T value, int argument, int width, Site site) {
  static_assert(sizeof(T) <= sizeof(std::uint64_t), "a shuffle moves at most 8 bytes");
  std::uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof value);
  bits = shuffle(kind, mask, bits, argument, width, site);
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

}  // namespace nao::cuda::emulation

void __syncwarp(unsigned mask = 0xffffffffu, nao::cuda::emulation::Site site = nao::cuda::emulation::Site::here());

template <class T>
T __shfl_sync(unsigned mask, T value, int lane, int width = 32,
              nao::cuda::emulation::Site site = nao::cuda::emulation::Site::here()) {
  return nao::cuda::emulation::shuffled(nao::cuda::emulation::Shuffle::kIndex, mask, value, lane, width, site);
}

template <class T>
T __shfl_up_sync(unsigned mask, T value, unsigned delta, int width = 32,
                 nao::cuda::emulation::Site site = nao::cuda::emulation::Site::here()) {
  return nao::cuda::emulation::shuffled(nao::cuda::emulation::Shuffle::kUp, mask, value, static_cast<int>(delta), width,
                                        site);
}

template <class T>
T __shfl_down_sync(unsigned mask, T value, unsigned delta, int width = 32,
                   nao::cuda::emulation::Site site = nao::cuda::emulation::Site::here()) {
  return nao::cuda::emulation::shuffled(nao::cuda::emulation::Shuffle::kDown, mask, value, static_cast<int>(delta),
                                        width, site);
}

template <class T>
T __shfl_xor_sync(unsigned mask, T value, int laneMask, int width = 32,
                  nao::cuda::emulation::Site site = nao::cuda::emulation::Site::here()) {
  return nao::cuda::emulation::shuffled(nao::cuda::emulation::Shuffle::kXor, mask, value, laneMask, width, site);
}

inline unsigned __ballot_sync(unsigned mask, int predicate,
                              nao::cuda::emulation::Site site = nao::cuda::emulation::Site::here()) {
  return nao::cuda::emulation::ballot(mask, predicate != 0, site);
}

inline int __any_sync(unsigned mask, int predicate,
                      nao::cuda::emulation::Site site = nao::cuda::emulation::Site::here()) {
  return nao::cuda::emulation::ballot(mask, predicate != 0, site) != 0;
}

inline int __all_sync(unsigned mask, int predicate,
                      nao::cuda::emulation::Site site = nao::cuda::emulation::Site::here()) {
  return nao::cuda::emulation::ballot(mask, predicate == 0, site) == 0;
}
