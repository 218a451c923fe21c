// cp.async for g++: the bytes arrive in shared memory when their group is waited for, not before.
#pragma once

#include <cstddef>

#include "keywords.h"

namespace nao::cuda {

namespace emulation {
void copyAsync(void* dst, const void* src, std::size_t bytes);
void copyAsyncWait(unsigned groups);
}  // namespace emulation

template <int kBytes>
__forceinline__ void copyAsync(void* dst, const void* src) {
  static_assert(kBytes == 4 || kBytes == 8 || kBytes == 16, "cp.async copies 4, 8 or 16 bytes");
  emulation::copyAsync(dst, src, kBytes);
}

void copyAsyncCommit();

template <int kGroups>
__forceinline__ void copyAsyncWait() {
  emulation::copyAsyncWait(kGroups);
}

}  // namespace nao::cuda
