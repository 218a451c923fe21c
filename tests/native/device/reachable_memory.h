// Kernel tests keep their operands in ordinary memory. Here all of it is mapped for the GPU at the same addresses: what
// operator new gives, the stack that the tests run on, and static variables.
#pragma once

namespace reachable {

/// Runs body() on a stack that the GPU reaches, after mapping everything else. False, and a line that says why, where
/// the memory cannot be mapped; body() has not run then.
bool run(void (*body)());

}  // namespace reachable
