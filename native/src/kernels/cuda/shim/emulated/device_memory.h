// The emulated device's memory: one address range, first the shared memory of the running block, then what cudaMalloc
// hands out. Whatever has not been written holds 0xff bytes: NaN.
#pragma once

#include <cstddef>

namespace nao::cuda::emulation {

struct Block;

constexpr std::size_t kSharedBytes = 227 * 1024;  // what a block of a H100 may use

/// Gives the block its dynamic shared memory and none else.
void prepareShared(Block& block);

/// Null if the device has no `bytes` left.
void* allocate(std::size_t bytes);
/// Of all that was not released.
std::size_t allocatedBytes();
/// False if `memory` was not allocated.
bool release(void* memory);

/// Does `memory` lie outside of the device, or are all its `bytes` in one allocation?
bool mayCopy(const void* memory, std::size_t bytes);

bool inDevice(const void* address);
bool inShared(const void* address);
/// Bytes from the beginning of the device's memory; and how many it has.
std::size_t deviceOffset(const void* address);
std::size_t deviceBytes();

}  // namespace nao::cuda::emulation
