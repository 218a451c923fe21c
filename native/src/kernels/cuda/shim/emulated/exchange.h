// What all warp operations are made of: every lane of a mask brings a slot and then sees those of the others.
#pragma once

#include <array>

#include "block.h"
#include "checker.h"

namespace nao::cuda::emulation {

/// Waits for all lanes of `mask`. The result holds until the caller's next exchange. `complete`, if any, is called once
/// with all slots before the lanes go on, and may change them.
const std::array<Slot, kWarp>& exchange(unsigned mask, const Slot& mine, Site site,
                                        void (*complete)(Slot* slots) = nullptr);

}  // namespace nao::cuda::emulation
