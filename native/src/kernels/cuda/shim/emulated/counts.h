// What a thread does, counted by the checker. A warp does as much as its longest thread where its lanes stay together,
// and more where they part.
#pragma once

#include <cstdint>

namespace nao::cuda::emulation {

struct Counts {
  std::uint64_t accesses = 0;  // to global and shared memory
  std::uint64_t meetings = 0;  // barriers and exchanges passed
};

/// The most of each that a thread has done in a launch since this was last asked; 0 in a build that is not checked.
Counts takeLongest();

}  // namespace nao::cuda::emulation
