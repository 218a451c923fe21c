// The running program: which addresses are its own code and constants, and which source lines its code comes from.
#pragma once

#include <cstdint>

#include "../report.h"

namespace nao::cuda::emulation::checker {

bool inProgram(const void* address);

/// Bytes from the beginning of the program to the call that returns to `caller`.
std::uint32_t codeOffset(const void* caller);

/// The innermost source line outside of the shim that the code at `offset` was compiled from.
Location sourceOf(std::uint32_t offset);

}  // namespace nao::cuda::emulation::checker
