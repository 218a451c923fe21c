// In which order threads and blocks run: by index, or drawn anew each time, which shows results that hang on luck.
// The environment variable NAO_EMULATION_ORDER holds a seed, or "random" for a seed of its own.
#pragma once

#include <cstddef>
#include <string>

namespace nao::cuda::emulation {

bool randomOrder();

/// A number below `count`, drawn if the order is random and 0 otherwise.
std::size_t pick(std::size_t count);

/// How to repeat a random order; empty otherwise.
std::string repeatHint();

}  // namespace nao::cuda::emulation
