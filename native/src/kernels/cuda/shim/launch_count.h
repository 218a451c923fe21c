// How many kernels this process has launched: fewer launches is what waves are for, so tests and benchmarks count them.
#pragma once

#include <atomic>
#include <cstdint>

namespace nao::cuda {

inline std::atomic<std::uint64_t> launches{0};

inline std::uint64_t launchCount() { return launches.load(); }

}  // namespace nao::cuda
