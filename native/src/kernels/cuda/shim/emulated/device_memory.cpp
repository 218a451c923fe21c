#include "device_memory.h"

#include <sys/mman.h>

#include <cstdint>
#include <cstring>
#include <map>
#include <mutex>
#include <new>

#include "block.h"
#include "checker.h"
#include "machine.h"

namespace nao::cuda::emulation {

namespace {

constexpr std::size_t kDeviceBytes = std::size_t{512} << 20;
constexpr std::size_t kSharedRange = std::size_t{512} << 10;  // kSharedBytes and the gaps between variables
constexpr std::size_t kSharedGap = 16;                        // out of bounds for the checker
constexpr std::size_t kGlobalGap = 1024;
constexpr std::size_t kSharedAlignment = 16;
constexpr std::size_t kGlobalAlignment = 256;

constexpr std::size_t roundUp(std::size_t bytes, std::size_t multiple) {
  return (bytes + multiple - 1) / multiple * multiple;
}

struct DeviceMemory {
  char* begin;
  std::mutex changing;  // what follows, which several threads of a program allocate and copy by
  std::size_t used = kSharedRange;
  std::map<const void*, std::size_t> allocations;

  DeviceMemory() {
    void* const memory =
        mmap(nullptr, kDeviceBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc();
    begin = static_cast<char*>(memory);
  }
  std::size_t allocated() const {
    std::size_t sum = 0;
    for (const auto& [address, bytes] : allocations) sum += bytes;
    return sum;
  }
};

DeviceMemory& device() {
  static DeviceMemory one;
  return one;
}

char* takeShared(Block& block, std::size_t bytes) {
  char* const memory = device().begin + block.sharedUsed;
  block.sharedUsed = roundUp(block.sharedUsed + bytes + kSharedGap, kSharedAlignment);
  std::memset(memory, 0xff, bytes);
  checker::allocated(memory, bytes);
  return memory;
}

}  // namespace

void prepareShared(Block& block) {
  checker::freed(device().begin, kSharedRange);
  block.sharedUsed = 0;
  block.variables.clear();
  takeShared(block, block.dynamicBytes);
}

void* dynamicShared() { return device().begin; }

void* sharedVariable(const void* site, std::size_t bytes) {
  Block& all = block();
  std::size_t total = all.dynamicBytes + bytes;
  for (const SharedVariable& variable : all.variables) {
    if (variable.site == site) return variable.memory;
    total += variable.bytes;
  }
  if (total > kSharedBytes) fail("declares more than the 227 KiB of shared memory of a block", Site::here());
  all.variables.push_back({site, takeShared(all, bytes), bytes});
  return all.variables.back().memory;
}

std::size_t allocatedBytes() {
  const std::lock_guard<std::mutex> lock(device().changing);
  return device().allocated();
}

void* allocate(std::size_t bytes) {
  DeviceMemory& memory = device();
  const std::lock_guard<std::mutex> lock(memory.changing);
  const std::size_t room = roundUp(bytes + kGlobalGap, kGlobalAlignment);
  if (room < bytes || room > kDeviceBytes - memory.used) return nullptr;
  if (memory.allocated() + bytes + machine().bytesOfOthers > machine().memoryBytes) return nullptr;
  char* const result = memory.begin + memory.used;
  memory.used += room;
  memory.allocations[result] = bytes;
  std::memset(result, 0xff, bytes);
  checker::allocated(result, bytes);
  return result;
}

bool release(void* address) {
  DeviceMemory& memory = device();
  const std::lock_guard<std::mutex> lock(memory.changing);
  const auto found = memory.allocations.find(address);
  if (found == memory.allocations.end()) return false;
  checker::freed(address, found->second);
  std::memset(address, 0xff, found->second);
  memory.allocations.erase(found);
  // Addresses are used again only then, so that the use of freed memory is seen.
  if (memory.allocations.empty()) memory.used = kSharedRange;
  return true;
}

bool mayCopy(const void* address, std::size_t bytes) {
  if (!inDevice(address)) return true;
  const std::lock_guard<std::mutex> lock(device().changing);
  const auto& allocations = device().allocations;
  auto next = allocations.upper_bound(address);
  if (next == allocations.begin()) return false;
  const auto& [begin, size] = *--next;
  const std::size_t before = deviceOffset(address) - deviceOffset(begin);
  return before <= size && bytes <= size - before;
}

std::size_t deviceOffset(const void* address) {
  return reinterpret_cast<std::uintptr_t>(address) - reinterpret_cast<std::uintptr_t>(device().begin);
}
std::size_t deviceBytes() { return kDeviceBytes; }
bool inDevice(const void* address) { return deviceOffset(address) < kDeviceBytes; }
bool inShared(const void* address) { return deviceOffset(address) < kSharedRange; }

}  // namespace nao::cuda::emulation
