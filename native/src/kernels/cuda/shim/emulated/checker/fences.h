// What fences and atomics order between the blocks of one launch.
#pragma once

#include <cstdint>

namespace nao::cuda::emulation::checker {

void beginFences();

/// Is what that thread did before `epoch` barriers of its block were passed ordered before what the running thread, of
/// another block, does now?
bool orderedByFences(std::uint32_t block, std::uint32_t thread, std::uint32_t epoch);

}  // namespace nao::cuda::emulation::checker
